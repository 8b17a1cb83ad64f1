import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const idToken: Drill = {
  name: 'id_token',
  injected: 'A client sends an ID token instead of its access token',
  expected: 'wrong_token_kind',
  stack: oneSecret,
  run: (stack) =>
    knockWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { header: { typ: 'JWT' } })),
};
