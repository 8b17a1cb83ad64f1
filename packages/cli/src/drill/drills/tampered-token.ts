import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const tamperedToken: Drill = {
  name: 'tampered_token',
  injected: 'A token whose claims were changed after it was signed',
  expected: 'token_tampered',
  isControl: true,
  outside: { check: 'token', rootCause: 'token_tampered' },
  stack: oneSecret,
  async run(stack) {
    const [header, , signature] = ownToken(stack, stack.takeTestUser().userId).split('.');
    const [, claims] = ownToken(stack, stack.operatorId).split('.');
    return meetWithToken(stack.url, [header, claims, signature].join('.'));
  },
};
