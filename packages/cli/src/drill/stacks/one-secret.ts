import type { StartStack } from '../drill.ts';
import type { DrillStack } from '../lab/drill-stack.ts';
import { mintToken, newSecret, ordinaryClaims } from '../lab/mint-token.ts';

/** All is well, and tokens are signed with a secret that issuer and verifier share. */
export const oneSecret: StartStack = (lab) => lab.start({ env: { JWT_SECRET_STAGING: newSecret() } });

/** A token of a user of such a stack, as a holder of the secret can make it, with these claims or header instead. */
export function ownToken(
  { authEnv, authUrl, environment }: DrillStack,
  userId: string,
  changes: { claims?: Readonly<Record<string, unknown>>; header?: Readonly<Record<string, unknown>> } = {},
): string {
  const { claims = {}, header = {} } = changes;
  const all = { ...ordinaryClaims({ issuer: authUrl, userId, environment }), ...claims };
  return mintToken(all, { secret: authEnv.JWT_SECRET_STAGING ?? '', header });
}
