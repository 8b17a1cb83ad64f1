import type { Drill } from '../drill.ts';
import { startRun } from '../lab/fail-run.ts';
import { knockWithToken } from '../lab/knock.ts';
import { withAgents } from '../stacks/with-agents.ts';

export const eventLoopBlocked: Drill = {
  name: 'event_loop_blocked',
  injected: 'An agent computes for five seconds without giving way',
  expected: 'event_loop_blocked',
  stack: withAgents,
  async run(stack) {
    stack.authLink.delay(900);
    const [attemptId] = await Promise.all([
      knockWithToken(stack.url, stack.takeUser().token),
      // Its answer may come too late as well.
      startRun(stack, stack.operatorToken(), { agent: 'busy' }).catch(() => undefined),
    ]);
    return attemptId;
  },
  async repair(stack) {
    stack.authLink.delay(0);
  },
};
