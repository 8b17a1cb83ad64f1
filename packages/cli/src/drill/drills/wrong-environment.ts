import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const wrongEnvironment: Drill = {
  name: 'wrong_environment',
  injected: 'A token of production comes to staging',
  expected: 'wrong_environment',
  outside: { check: 'token', rootCause: 'wrong_environment' },
  stack: oneSecret,
  run: (stack) =>
    meetWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { claims: { env: 'production' } })),
};
