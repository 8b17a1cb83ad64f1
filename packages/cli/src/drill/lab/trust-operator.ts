import type { DrillStack } from './drill-stack.ts';
import { mintToken, ordinaryClaims } from './mint-token.ts';

/**
 * Where issuer and verifier disagree, no token of the auth service passes the gateway, that of its operator neither.
 * Whoever runs the installation has the gateway's own secret and asks with a token made by it.
 */
export function trustOperator(stack: DrillStack, gatewaySecret: string): void {
  const { authUrl, environment, operatorId } = stack;
  const claims = ordinaryClaims({
    issuer: authUrl,
    userId: operatorId,
    environment,
    roles: ['user', 'operator'],
    permissions: ['chat', 'ops:read', 'ops:write'],
  });
  stack.setOperatorToken(mintToken(claims, { secret: gatewaySecret }));
}
