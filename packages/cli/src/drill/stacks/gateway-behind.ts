import type { StartStack } from '../drill.ts';
import { mintToken, newSecret, ordinaryClaims } from '../lab/mint-token.ts';
import { preload } from '../lab/preload.ts';

const BEHIND_S = 600;

/** All clocks of a process but that of its event loop: what a machine without NTP drifts into. */
const SHIFT = `
const realNow = Date.now.bind(Date);
Date.now = () => realNow() - ${BEHIND_S * 1_000};
`;

/** The clock of the gateway is ten minutes behind. A new stack for whoever calls. */
export const gatewayBehind = (): StartStack => async (lab) => {
  const secret = newSecret();
  const stack = await lab.start({ env: { JWT_SECRET_STAGING: secret } });
  stack.gateway().signal('SIGTERM');
  await stack.gateway().exited;
  const NODE_OPTIONS = await preload(stack.dataDir, SHIFT);
  await (await stack.startGateway({ ...stack.gatewayEnv, NODE_OPTIONS })).ready;
  // The operator's token is one that this clock takes for a token of now.
  const { authUrl: issuer, environment, operatorId: userId } = stack;
  const rights = { roles: ['user', 'operator'], permissions: ['chat', 'ops:read', 'ops:write'] };
  const claims = ordinaryClaims({ issuer, environment, userId, ...rights });
  const shifted = { iat: Number(claims.iat) - BEHIND_S, exp: Number(claims.exp) - BEHIND_S };
  stack.setOperatorToken(mintToken({ ...claims, ...shifted }, { secret }));
  return stack;
};
