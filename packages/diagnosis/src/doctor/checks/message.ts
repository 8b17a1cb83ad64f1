import { isReasonCode, REASONS, type ReasonCode } from '@netra/protocol';
import type { RootCause } from '../../root-causes.ts';
import { BEFORE_MESSAGE, type Check, type Finding, OUTAGES } from '../check.ts';
import { DOCTOR_TEXT, deleteThread, type Frame, openSocket, readRun } from '../conversation.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { CAUSES } from '../refusal.ts';

const UNAVAILABLE_MODEL = 'model_unavailable' satisfies ReasonCode;
const FIVE = ['agent_started', 'agent_thinking', 'tool_executing', 'tool_completed', 'agent_completed'];

/** A message is answered, with the five events in order. */
export const message: Check = {
  name: 'message',
  title: 'A message and its five events',
  needs: ['session'],
  restsOn: OUTAGES,
  follows: BEFORE_MESSAGE,
  async run(context) {
    const { signal, url, agent } = context;
    const socket = await openSocket(context);
    let frames: Frame[] = [];
    try {
      socket.send(
        JSON.stringify({ type: 'user_message', id: crypto.randomUUID(), text: DOCTOR_TEXT, agent }),
      );
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

function failure(last: Frame | undefined, { url, agent }: DoctorContext): Finding {
  const { type = 'nothing', code, detail, run_id: runId } = last ?? {};
  const isKnown = code !== undefined && isReasonCode(code);
  const rootCause = isKnown ? causeOfRun(code, detail) : undefined;
  const who = agent === undefined ? 'The run' : `The run of ${agent}`;
  return {
    severity: 'error',
    message: isKnown
      ? `${who} failed with ${code}. ${REASONS[code].meaning} ${REASONS[code].operatorFix}`
      : `${who} ended in ${type}, not in agent_completed.`,
    command: runId === undefined ? `netra doctor ${url} message` : `netra why ${runId}`,
    evidence: [
      { source: 'events', observed: type, expected: 'agent_completed' },
      ...(detail === undefined ? [] : [{ source: 'what the user is told', observed: detail }]),
    ],
    ...(isKnown ? { code } : {}),
    ...(rootCause === undefined ? {} : { root_cause: rootCause }),
  };
}

/** Users are told the status that a provider answered: a key that it refuses is not an outage. */
function causeOfRun(code: ReasonCode, detail = ''): RootCause | undefined {
  if (code === UNAVAILABLE_MODEL && /\(HTTP 40[13]/.test(detail)) return 'model_credentials_rejected';
  if (code === UNAVAILABLE_MODEL && /\(HTTP 4/.test(detail)) return undefined;
  return CAUSES[code];
}
