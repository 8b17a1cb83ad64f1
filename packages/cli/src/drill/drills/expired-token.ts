import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const expiredToken: Drill = {
  name: 'expired_token',
  injected: 'A client keeps a token and does not renew it',
  expected: 'token_stale_client',
  isControl: true,
  outside: { check: 'token', rootCause: 'token_stale_client' },
  stack: oneSecret,
  async run(stack) {
    const nowS = Math.floor(Date.now() / 1000);
    const claims = { iat: nowS - 4_200, exp: nowS - 3_600 };
    return meetWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { claims }));
  },
};
