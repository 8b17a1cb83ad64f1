import type { Drill } from '../drill.ts';
import { startRun } from '../lab/fail-run.ts';
import { knockWithToken } from '../lab/knock.ts';
import { until } from '../lab/until.ts';
import { withAgents } from '../stacks/with-agents.ts';

/** An answer that costs nothing comes sooner. */
const SILENT_MS = 400;

export const eventLoopBlocked: Drill = {
  name: 'event_loop_blocked',
  injected: 'An agent computes for five seconds without giving way',
  expected: 'event_loop_blocked',
  outside: {
    check: 'http',
    rootCause: 'event_loop_blocked',
    async during(stack, look) {
      void startRun(stack, stack.operatorToken(), { agent: 'busy' }).catch(() => undefined);
      await until('the gateway to be busy', () => isSilent(stack.url));
      return look({}, ['tcp', 'http']);
    },
  },
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

async function isSilent(url: string): Promise<true | undefined> {
  const signal = AbortSignal.timeout(SILENT_MS);
  return fetch(new URL('/health/live', url), { signal }).then(
    () => undefined,
    () => true,
  );
}
