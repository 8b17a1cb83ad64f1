import type { Drill } from '../drill.ts';
import { failRun } from '../lab/fail-run.ts';
import { withAgents } from '../stacks/with-agents.ts';

export const toolBreaks: Drill = {
  name: 'tool_breaks',
  injected: 'What a tool of the agent asks does not answer, and the agent cannot do without',
  expected: 'tool_failed',
  outside: { check: 'message', rootCause: 'tool_failed' },
  stack: withAgents,
  async run(stack) {
    const agent = 'clumsy';
    return { id: await failRun(stack, stack.takeUser().token, { agent }), visit: { agent } };
  },
};
