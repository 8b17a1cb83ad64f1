import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';

export const authSettingsMissing: Drill = {
  name: 'auth_settings_missing',
  injected: 'The auth service was deployed without AUTH_ENCRYPTION_KEY and SERVICE_SECRET',
  expected: 'config_missing',
  incident: 4,
  stack: (lab) => lab.start(),
  async run(stack) {
    stack.auth().signal('SIGTERM');
    await stack.auth().exited;
    const { AUTH_ENCRYPTION_KEY: _key, SERVICE_SECRET: _secret, ...rest } = stack.authEnv;
    await (await stack.startAuth(rest)).exited;
    return knockWithToken(stack.url, stack.takeUser().token);
  },
};
