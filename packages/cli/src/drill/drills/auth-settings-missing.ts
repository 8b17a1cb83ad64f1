import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';

export const authSettingsMissing: Drill = {
  name: 'auth_settings_missing',
  injected: 'The auth service was deployed without AUTH_ENCRYPTION_KEY and SERVICE_SECRET',
  expected: 'config_missing',
  incident: 4,
  outside: { check: 'health', rootCause: 'auth_down' },
  stack: (lab) => lab.start(),
  async run(stack) {
    stack.auth().signal('SIGTERM');
    await stack.auth().exited;
    const unset = { AUTH_ENCRYPTION_KEY: undefined, SERVICE_SECRET: undefined };
    await (await stack.startAuth({ ...stack.authEnv, ...unset })).exited;
    return knockWithToken(stack.url, stack.takeUser().token);
  },
};
