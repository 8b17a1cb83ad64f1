import { createHash, randomBytes } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';

export const SIGN_IN_LINK_LIFE_MS = 10 * 60_000;

/** A new secret for a link, and the name under which its use is stored: the secret itself is nowhere in the database. */
export function newLinkToken(): { token: string; identifier: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, identifier: identifierOf(token) };
}

function identifierOf(token: string): string {
  return `sign-in-link:${createHash('sha256').update(token).digest('base64url')}`;
}

/**
 * `POST /auth/one-time-token/verify {token}`: trades the token of a link for a session, once. The library's own plugin of
 * that path opens the session when the link is made, and leaves it behind when nobody follows the link.
 */
export function signInLink() {
  return {
    id: 'netra-sign-in-link',
    endpoints: {
      verifySignInLink: createAuthEndpoint(
        '/one-time-token/verify',
        { method: 'POST', body: z.object({ token: z.string().min(1).max(128) }) },
        async (ctx) => {
          const { internalAdapter } = ctx.context;
          const used = await internalAdapter.consumeVerificationValue(identifierOf(ctx.body.token));
          const user = used && (await internalAdapter.findUserById(used.value));
          if (!user) {
            throw new APIError('UNAUTHORIZED', {
              code: 'SIGN_IN_LINK_INVALID',
              message: 'This sign-in link has expired or was used before.',
            });
          }
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(ctx, { session, user });
          const { id, email, name } = user;
          return ctx.json({ token: session.token, user: { id, email, name } });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}
