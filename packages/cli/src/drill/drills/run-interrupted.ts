import type { Run } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { startRun, untilFailed } from '../lab/fail-run.ts';
import { until } from '../lab/until.ts';
import { withAgentsAlone } from '../stacks/with-agents.ts';

export const runInterrupted: Drill = {
  name: 'run_interrupted',
  injected: 'The gateway is killed while an agent is at work',
  expected: 'run_interrupted',
  outside: { hidden: 'It is over: the gateway is back, and a new run goes well.' },
  stack: withAgentsAlone(),
  async run(stack) {
    const { token } = stack.takeUser();
    const runId = await startRun(stack, token, { agent: 'slow' });
    await until('the run to begin', async () => {
      const { status } = await ask<Run>(stack.url, `/v1/runs/${runId}`, { token });
      return status === 'running' ? true : undefined;
    });
    stack.gateway().signal('SIGKILL');
    await stack.gateway().exited;
    await (await stack.startGateway()).ready;
    return untilFailed(stack, token, runId);
  },
};
