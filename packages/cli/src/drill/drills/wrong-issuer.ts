import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const wrongIssuer: Drill = {
  name: 'wrong_issuer',
  injected: 'The issuer of the token is written with a slash more than the gateway expects',
  expected: 'wrong_issuer',
  outside: { check: 'token', rootCause: 'wrong_issuer' },
  stack: oneSecret,
  run: (stack) =>
    meetWithToken(
      stack.url,
      ownToken(stack, stack.takeTestUser().userId, { claims: { iss: `${stack.authUrl}/` } }),
    ),
};
