import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { mintToken, newSecret, ordinaryClaims } from '../lab/mint-token.ts';

/** Incident 5: issuer and verifier find their secret under two names. */
export const secretMismatch: Drill = {
  name: 'secret_mismatch',
  injected: 'JWT_SECRET_KEY is set on both services, and another JWT_SECRET_STAGING on the gateway alone',
  expected: 'secret_mismatch',
  incident: 5,
  async stack(lab) {
    const gatewaySecret = newSecret();
    const stack = await lab.start({
      env: { JWT_SECRET_KEY: newSecret() },
      gatewayEnv: { JWT_SECRET_STAGING: gatewaySecret },
    });
    // No token of the auth service passes this gateway, that of its operator neither.
    const { authUrl, environment, operatorId } = stack;
    const claims = ordinaryClaims({
      issuer: authUrl,
      userId: operatorId,
      environment,
      roles: ['user', 'operator'],
      permissions: ['chat', 'ops:read', 'ops:write'],
    });
    stack.setOperatorToken(mintToken(claims, { secret: gatewaySecret }));
    return stack;
  },
  run: (stack) => knockWithToken(stack.url, stack.takeUser().token),
};
