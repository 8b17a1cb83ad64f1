import { setTimeout as delay } from 'node:timers/promises';
import { type Agent, AgentError, type AgentEvent, agentFromRun } from '@netra/agent';

type AgentRunCode = ConstructorParameters<typeof AgentError>[0];

/** Pieces of one answer that is larger than what may wait for one reader. */
const PIECES = 300;
const piece = 'x'.repeat(15_000);

/** What the text of a message makes the agent do. */
export const SCRIPT = {
  fail: (code: AgentRunCode) => `fail ${code}`,
  hang: 'hang',
  talk: 'talk',
  throw: 'throw',
} as const;

/** Does as the message says: fails with a code, hangs until it is stopped, throws, or says a great deal. */
export function createScriptedAgent(): Agent {
  return agentFromRun({
    name: 'scripted',
    description: 'Does as it is told.',
    async *run(turn, signal): AsyncGenerator<AgentEvent> {
      const [order = '', code] = (turn.messages.at(-1)?.text ?? '').split(' ');
      if (order === 'fail') {
        // The tests write the codes.
        throw new AgentError(code as AgentRunCode, { detail: 'As it was told.', retryable: false });
      }
      if (order === SCRIPT.throw) throw new TypeError('as it was told');
      if (order === SCRIPT.hang) await delay(60_000, undefined, { signal }).catch(() => undefined);
      if (order === SCRIPT.talk) {
        for (let step = 0; step < PIECES; step++) yield { type: 'thinking', text: piece, step };
      }
      yield { type: 'message', delta: 'done' };
    },
  });
}
