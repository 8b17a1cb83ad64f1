import { BEFORE_MESSAGE, type Check, OUTAGES } from '../check.ts';
import { DOCTOR_TEXT, deleteThread, type Frame, nextFrame, openSocket, readRun } from '../conversation.ts';

/** After a cut in the middle of an answer, nothing is missing and nothing comes twice. */
export const resume: Check = {
  name: 'resume',
  title: 'Resuming after a cut',
  needs: ['session'],
  restsOn: OUTAGES,
  follows: [...BEFORE_MESSAGE, 'message'],
  async run(context) {
    const { signal, url } = context;
    const first = await openSocket(context);
    first.send(JSON.stringify({ type: 'user_message', id: crypto.randomUUID(), text: DOCTOR_TEXT }));
    const before = await readRun(first, signal, ({ type }) => type === 'agent_started');
    first.cut();
    const cutAt = before.at(-1);
    const second = await openSocket(context);
    let after: Frame[] = [];
    let isRecovered = false;
    try {
      second.send(
        JSON.stringify({
          type: 'subscribe',
          id: crypto.randomUUID(),
          thread_id: cutAt?.thread_id,
          epoch: cutAt?.epoch,
          after_seq: cutAt?.seq,
        }),
      );
      isRecovered = await hasRecovered(() => nextFrame(second, signal));
      if (isRecovered) after = await readRun(second, signal);
    } finally {
      second.close();
    }
    await deleteThread(context, cutAt?.thread_id);
    const numbers = [...before, ...after].map(({ seq }) => seq);
    const isWhole =
      numbers.every((seq, index) => seq === index + 1) && after.at(-1)?.type === 'agent_completed';
    if (isRecovered && isWhole) return undefined;
    return {
      severity: 'error',
      message: isRecovered
        ? 'After a cut, events are missing or come twice.'
        : 'After a cut, the server gives a snapshot in place of what followed.',
      command: `netra doctor ${url} resume`,
      evidence: [{ source: 'seq', observed: numbers.join(', '), expected: 'from 1, without a gap' }],
    };
  },
};

async function hasRecovered(next: () => Promise<Frame>): Promise<boolean> {
  for (;;) {
    const frame = await next();
    if (frame.type === 'subscribed') return frame.recovered ?? false;
    if (frame.type === 'error') return false;
  }
}
