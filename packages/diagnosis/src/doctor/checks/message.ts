import { isReasonCode, REASONS } from '@netra/protocol';
import type { Check, Finding } from '../check.ts';
import { DOCTOR_TEXT, deleteThread, type Frame, openSocket, readRun } from '../conversation.ts';
import { refusalFinding } from '../refusal.ts';

const FIVE = ['agent_started', 'agent_thinking', 'tool_executing', 'tool_completed', 'agent_completed'];

/** A message is answered, with the five events in order. */
export const message: Check = {
  name: 'message',
  title: 'A message and its five events',
  needs: ['session'],
  async run(context) {
    const { signal, url } = context;
    const socket = await openSocket(context);
    let frames: Frame[] = [];
    try {
      socket.send(JSON.stringify({ type: 'user_message', id: crypto.randomUUID(), text: DOCTOR_TEXT }));
      frames = await readRun(socket, signal);
    } finally {
      socket.close();
    }
    await deleteThread(context, frames[0]?.thread_id);
    const last = frames.at(-1);
    if (last?.type !== 'agent_completed') return failure(last, context);
    const seenTypes = frames.map(({ type }) => type);
    const missing = FIVE.filter((type) => !seenTypes.includes(type));
    const positions = FIVE.map((type) => seenTypes.indexOf(type)).filter((position) => position >= 0);
    const isOrdered = positions.every(
      (position, index) => index === 0 || position > (positions[index - 1] ?? -1),
    );
    if (missing.length === 0 && isOrdered) return undefined;
    return {
      severity: 'warning',
      message:
        missing.length > 0
          ? `The answer came without ${missing.join(', ')}: the agent used no tool, or does not say that it thinks.`
          : 'The events came out of order.',
      command: `netra doctor ${url} message`,
      evidence: [
        { source: 'events', observed: [...new Set(seenTypes)].join(', '), expected: FIVE.join(', ') },
      ],
    };
  },
};

function failure(last: Frame | undefined, context: Parameters<Check['run']>[0]): Finding {
  const code = last?.code;
  if (code !== undefined && isReasonCode(code)) {
    const finding = refusalFinding(
      { status: REASONS[code].http ?? 500, json: undefined, code },
      { doing: 'Sending a message', context },
    );
    return last?.run_id === undefined ? finding : { ...finding, command: `netra why ${last.run_id}` };
  }
  return {
    severity: 'error',
    message: `The run ended in ${last?.type ?? 'nothing'}, not in agent_completed.`,
    command: last?.run_id === undefined ? `netra doctor ${context.url} message` : `netra why ${last.run_id}`,
  };
}
