import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { setRequestCookie } from 'better-auth/cookies';
import { bearerOf } from '../routes/credentials.ts';

/** Whoever has a password shows it to delete the account: a session alone must not be enough, however fresh it is. */
export function deleteAccount() {
  return {
    id: 'netra-delete-account',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/delete-user',
          handler: createAuthMiddleware(async (ctx) => {
            if (typeof ctx.body?.password === 'string' && ctx.body.password !== '') return;
            const cookieName = ctx.context.authCookies.sessionToken.name;
            const headers = bearerAsCookie(ctx.headers, cookieName);
            const session = (await getSessionFromCtx({ ...ctx, headers })) ?? (await getSessionFromCtx(ctx));
            if (!session) return;
            const { internalAdapter } = ctx.context;
            if (!(await internalAdapter.findCredentialAccount(session.user.id))) return;
            throw new APIError('BAD_REQUEST', {
              code: 'INVALID_PASSWORD',
              message: 'Give your password to delete the account.',
            });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

/** Hooks see the request as it came; only the endpoint itself is given the session of a bearer token as a cookie. */
function bearerAsCookie(headers: Headers | undefined, cookieName: string): Headers {
  const seen = new Headers(headers);
  const token = bearerOf(seen);
  if (token) setRequestCookie(seen, cookieName, token);
  return seen;
}
