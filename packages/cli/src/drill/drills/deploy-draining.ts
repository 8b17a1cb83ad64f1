import type { Drill } from '../drill.ts';
import { startRun } from '../lab/fail-run.ts';
import { knockWithToken } from '../lab/knock.ts';
import { until } from '../lab/until.ts';
import { withAgentsAlone } from '../stacks/with-agents.ts';

export const deployDraining: Drill = {
  name: 'deploy_draining',
  injected: 'The gateway is told to stop for a new release',
  expected: 'deploy_draining',
  outside: { check: 'health', rootCause: 'deploy_draining' },
  stack: withAgentsAlone(),
  async run(stack) {
    const { token } = stack.takeUser();
    await startRun(stack, token, { agent: 'slow' });
    stack.gateway().signal('SIGTERM');
    return until('the gateway to drain', () => knockWithToken(stack.url, token).catch(() => undefined));
  },
};
