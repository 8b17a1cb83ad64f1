import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { presentedSession } from './presented-session.ts';

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
            const session = await presentedSession(ctx);
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
