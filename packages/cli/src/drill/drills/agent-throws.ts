import type { Drill } from '../drill.ts';
import { failRun } from '../lab/fail-run.ts';
import { withAgents } from '../stacks/with-agents.ts';

export const agentThrows: Drill = {
  name: 'agent_throws',
  injected: 'An agent reads a field that is not there',
  expected: 'code_defect',
  outside: { check: 'message', rootCause: 'code_defect' },
  stack: withAgents,
  async run(stack) {
    const agent = 'forgetful';
    return { id: await failRun(stack, stack.takeUser().token, { agent }), visit: { agent } };
  },
};
