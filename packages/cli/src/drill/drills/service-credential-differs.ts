import type { Drill } from '../drill.ts';
import { freePort } from '../lab/free-port.ts';
import { knockWithToken } from '../lab/knock.ts';
import { newSecret } from '../lab/mint-token.ts';

export const serviceCredentialDiffers: Drill = {
  name: 'service_credential_differs',
  injected: 'A second gateway was deployed with another SERVICE_SECRET than the auth service',
  expected: 'service_credential_rejected',
  outside: { check: 'health', rootCause: 'service_credential_rejected' },
  stack: (lab) => lab.start(),
  async run(stack) {
    const port = String(await freePort());
    const url = `http://localhost:${port}`;
    const changes = { PORT: port, NETRA_PUBLIC_URL: url, SERVICE_SECRET: newSecret() };
    await (await stack.startGateway({ ...stack.gatewayEnv, ...changes })).ready;
    // Its record is in the database that both share: the operator asks the gateway that knows them.
    return { id: await knockWithToken(url, stack.takeUser().token), visit: { url } };
  },
};
