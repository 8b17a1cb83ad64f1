import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { unsteadyAuth } from '../stacks/unsteady-auth.ts';

export const authSlow: Drill = {
  name: 'auth_slow',
  injected: 'The auth service takes 1.5 s for each answer',
  expected: 'auth_slow',
  incident: 2,
  outside: { check: 'health', rootCause: 'auth_slow' },
  stack: unsteadyAuth,
  run(stack) {
    stack.authLink.delay(1_500);
    return knockWithToken(stack.url, stack.takeUser().token);
  },
  async repair(stack) {
    stack.authLink.delay(0);
  },
};
