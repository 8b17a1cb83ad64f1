import type { StartStack } from '../drill.ts';
import { newSecret } from '../lab/mint-token.ts';

/** Tokens are signed with a shared secret, and the auth service was killed after the gateway had started. */
export const authGone: StartStack = async (lab) => {
  const stack = await lab.start({ env: { JWT_SECRET_STAGING: newSecret() } });
  stack.auth().signal('SIGKILL');
  await stack.auth().exited;
  return stack;
};
