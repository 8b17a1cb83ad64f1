import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const idToken: Drill = {
  name: 'id_token',
  injected: 'A client sends an ID token instead of its access token',
  expected: 'wrong_token_kind',
  outside: { check: 'token', rootCause: 'wrong_token_kind' },
  stack: oneSecret,
  run: (stack) =>
    meetWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { header: { typ: 'JWT' } })),
};
