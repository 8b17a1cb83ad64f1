import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { newSecret } from '../lab/mint-token.ts';
import { trustOperator } from '../lab/trust-operator.ts';

export const legacySecretName: Drill = {
  name: 'legacy_secret_name',
  injected: 'The gateway has the secret of the issuer under a name that is no longer read',
  expected: 'legacy_secret_name',
  outside: { check: 'health', rootCause: 'secret_mismatch' },
  async stack(lab) {
    const issuerSecret = newSecret();
    const gatewaySecret = newSecret();
    const stack = await lab.start({
      authEnv: { JWT_SECRET_STAGING: issuerSecret },
      gatewayEnv: { JWT_SECRET_STAGING: gatewaySecret, JWT_SECRET: issuerSecret },
    });
    trustOperator(stack, gatewaySecret);
    return stack;
  },
  run: (stack) => knockWithToken(stack.url, stack.takeUser().token),
};
