import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { mortalAuth } from '../stacks/mortal-auth.ts';

/** More than the breaker wants to see before it judges. */
const CALLS_THAT_OPEN = 30;

export const circuitOpen: Drill = {
  name: 'circuit_open',
  injected: 'The auth service was away and is back, and the circuit breaker is still open',
  expected: 'circuit_open',
  incident: 3,
  outside: { check: 'health', rootCause: 'circuit_open' },
  stack: mortalAuth,
  async run(stack) {
    stack.auth().signal('SIGKILL');
    await stack.auth().exited;
    const { token } = stack.takeUser();
    for (let count = 0; count < CALLS_THAT_OPEN; count++) await knockWithToken(stack.url, token);
    await (await stack.startAuth()).ready;
    return knockWithToken(stack.url, token);
  },
};
