import { answerTo, CLEAN, fragments, jsonPing, sendTogether, type WireCase } from '../wire-case.ts';

export const autoFragmentationCases: readonly WireCase[] = [
  {
    id: '10.1.1',
    does: '64 KiB in fragments of 1,300',
    steps: [sendTogether(fragments(jsonPing('10.1.1', 65_536), 1_300))],
    answers: [answerTo('10.1.1')],
    ends: CLEAN,
  },
];
