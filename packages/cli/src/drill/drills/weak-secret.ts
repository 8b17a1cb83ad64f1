import type { Drill } from '../drill.ts';
import { deployAuth, deployAuthAsBefore, redeployedAuth } from '../stacks/redeployed-auth.ts';

export const weakSecret: Drill = {
  name: 'weak_secret',
  injected: 'The auth service was deployed with the SERVICE_SECRET of an example',
  expected: 'weak_or_default_secret',
  outside: { check: 'health', rootCause: 'auth_down' },
  stack: redeployedAuth,
  run: (stack) => deployAuth(stack, { SERVICE_SECRET: 'change-me-before-you-go-to-production' }),
  repair: deployAuthAsBefore,
};
