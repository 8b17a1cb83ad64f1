import type { WireFrame } from '../../kit/wire-frame.ts';
import { answerTo, failsWith, jsonPing, ping, sendTogether, text, type WireCase } from '../wire-case.ts';

/** 4.1: opcodes kept for data frames of the future. 4.2: those kept for control frames. */
export const opcodeCases: readonly WireCase[] = [
  ...[3, 4, 5, 6, 7].map((opcode, index) => opcodeCase(`4.1.${index + 1}`, opcode, index)),
  ...[11, 12, 13, 14, 15].map((opcode, index) => opcodeCase(`4.2.${index + 1}`, opcode, index)),
];

/** The first is empty, the second has a payload, the others come between a text and a ping, the last two in octets. */
function opcodeCase(id: string, opcode: number, index: number): WireCase {
  const payload = Buffer.from(index === 0 || index === 3 ? '' : 'reserved opcode payload');
  const unknown: WireFrame = { opcode, payload };
  const isBetween = index >= 2;
  const frames = isBetween ? [text(jsonPing('first')), unknown, ping()] : [unknown];
  return {
    id,
    does: `opcode ${opcode}${payload.length > 0 ? ' with payload' : ''}${isBetween ? ' between a text and a ping' : ''}`,
    steps: [sendTogether(frames, index >= 3 ? 1 : undefined)],
    answers: isBetween ? [answerTo('first')] : [],
    ends: failsWith(1002),
  };
}
