import { fileURLToPath } from 'node:url';
import { AgentError, agentFromRun } from '@netra/agent';

/** The path of this module, for `netra up --agents`. */
export const moodyAgentModule = fileURLToPath(import.meta.url);

/**
 * Lists more than fits into an event; fails, after half a sentence, when it is asked to.
 * @public `netra up --agents` reads it.
 */
export const moody = agentFromRun({
  name: 'moody',
  description: 'Lists a lot, or fails.',
  async *run(turn) {
    if (turn.messages.at(-1)?.text.includes('fail') === true) {
      yield { type: 'message', delta: 'I began, but' };
      throw new AgentError('model_rate_limited', { detail: 'Too many at once.', retryable: true });
    }
    const toolCallId = 'call_1';
    yield { type: 'tool_executing', toolCallId, toolName: 'list_all', arguments: {} };
    const result = Array.from({ length: 9_000 }, (_, index) => ({ index, name: `Entry ${index}` }));
    yield { type: 'tool_completed', toolCallId, toolName: 'list_all', ok: true, result, durationMs: 5 };
    yield { type: 'message', delta: 'That is all.' };
  },
});
