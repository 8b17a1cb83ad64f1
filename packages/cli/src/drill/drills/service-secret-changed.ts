import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { newSecret } from '../lab/mint-token.ts';
import { until } from '../lab/until.ts';

export const serviceSecretChanged: Drill = {
  name: 'service_secret_changed',
  injected: 'SERVICE_SECRET was changed on the auth service alone',
  expected: 'service_credential_rejected',
  stack: (lab) => lab.start(),
  async run(stack) {
    stack.auth().signal('SIGTERM');
    await stack.auth().exited;
    await (await stack.startAuth({ ...stack.authEnv, SERVICE_SECRET: newSecret() })).ready;
    return until('the gateway to be refused', () =>
      knockWithToken(stack.url, stack.takeUser().token).catch(() => undefined),
    );
  },
};
