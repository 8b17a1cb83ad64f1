import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api';

/**
 * A change of password ends every other session, whatever the client asks. The session that changed it stays: the
 * library would replace it by a new one, and the connections of this very tab would close.
 */
export function changePassword() {
  const matcher = ({ path }: { path?: string | undefined }) => path === '/change-password';
  return {
    id: 'netra-change-password',
    hooks: {
      before: [
        {
          matcher,
          handler: createAuthMiddleware(async (ctx) => ({
            context: { body: { ...ctx.body, revokeOtherSessions: false } },
          })),
        },
      ],
      after: [
        {
          matcher,
          handler: createAuthMiddleware(async (ctx) => {
            if (isAPIError(ctx.context.returned)) return;
            const current = await getSessionFromCtx(ctx);
            if (!current) return;
            const { internalAdapter } = ctx.context;
            const sessions = await internalAdapter.listSessions(current.user.id);
            const others = sessions.filter(({ id }) => id !== current.session.id);
            await internalAdapter.deleteSessions(others.map(({ token }) => token));
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
