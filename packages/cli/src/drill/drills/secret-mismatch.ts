import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { newSecret } from '../lab/mint-token.ts';
import { trustOperator } from '../lab/trust-operator.ts';

/** Incident 5: issuer and verifier find their secret under two names. */
export const secretMismatch: Drill = {
  name: 'secret_mismatch',
  injected: 'JWT_SECRET_KEY is set on both services, and another JWT_SECRET_STAGING on the gateway alone',
  expected: 'secret_mismatch',
  incident: 5,
  outside: { check: 'health', rootCause: 'secret_mismatch' },
  async stack(lab) {
    const gatewaySecret = newSecret();
    const stack = await lab.start({
      env: { JWT_SECRET_KEY: newSecret() },
      gatewayEnv: { JWT_SECRET_STAGING: gatewaySecret },
    });
    trustOperator(stack, gatewaySecret);
    return stack;
  },
  run: (stack) => knockWithToken(stack.url, stack.takeUser().token),
};
