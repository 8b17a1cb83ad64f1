import type { Drill } from '../drill.ts';
import { deployAuth, deployAuthAsBefore, redeployedAuth } from '../stacks/redeployed-auth.ts';

export const authSettingsMissing: Drill = {
  name: 'auth_settings_missing',
  injected: 'The auth service was deployed without AUTH_ENCRYPTION_KEY and SERVICE_SECRET',
  expected: 'config_missing',
  incident: 4,
  outside: { check: 'health', rootCause: 'auth_down' },
  stack: redeployedAuth,
  run: (stack) => deployAuth(stack, { AUTH_ENCRYPTION_KEY: undefined, SERVICE_SECRET: undefined }),
  repair: deployAuthAsBefore,
};
