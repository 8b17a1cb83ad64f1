import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const clockAhead: Drill = {
  name: 'clock_ahead',
  injected: 'The clock of the issuer is ten minutes ahead',
  expected: 'clock_skew',
  stack: oneSecret,
  async run(stack) {
    const aheadS = Math.floor(Date.now() / 1000) + 600;
    const claims = { iat: aheadS, exp: aheadS + 600 };
    return knockWithToken(stack.url, ownToken(stack, stack.takeTestUser().userId, { claims }));
  },
};
