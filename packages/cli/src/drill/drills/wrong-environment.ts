import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const wrongEnvironment: Drill = {
  name: 'wrong_environment',
  injected: 'A token of production comes to staging',
  expected: 'wrong_environment',
  stack: oneSecret,
  run: (stack) =>
    knockWithToken(
      stack.url,
      ownToken(stack, stack.takeTestUser().userId, { claims: { env: 'production' } }),
    ),
};
