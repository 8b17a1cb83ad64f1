import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const wrongAudience: Drill = {
  name: 'wrong_audience',
  injected: 'A token that was made for another service',
  expected: 'wrong_audience',
  outside: { check: 'token', rootCause: 'wrong_audience' },
  stack: oneSecret,
  run: (stack) =>
    meetWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { claims: { aud: 'billing' } })),
};
