import { runWithTransaction } from '@better-auth/core/context';
import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware, resetPassword as libraryResetPassword } from 'better-auth/api';

/**
 * A password reset happens whole or not at all. The library uses the link up, sets the password, tells us and ends the
 * sessions one after the other: when one of these failed, the password was new and a thief's session went on.
 */
export function resetPassword() {
  return {
    id: 'netra-reset-password',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/reset-password',
          // What a hook answers is the answer.
          handler: createAuthMiddleware(({ body, query = {}, context, request, headers }) =>
            runWithTransaction(context.adapter, () =>
              libraryResetPassword({
                body,
                query,
                context,
                ...(request && { request }),
                ...(headers && { headers }),
                asResponse: false,
              }),
            ),
          ),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
