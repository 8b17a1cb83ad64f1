import type { BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Users } from '../directory/users.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { newUserByRules } from './account-rules.ts';
import { requestFacts } from './request-facts.ts';

export const USER_INACTIVE = 'USER_INACTIVE';

export interface RecordChangesOptions {
  users: Users;
  audit: AuditLog;
  revocations: Pick<Revocations, 'add'>;
}

/** @public Named in the declarations of `identityOptions`. */
export interface EndpointContext {
  path?: string;
  headers?: Headers | undefined;
}

/** Hooks on the library's own rows, so that no way to end a session or to link an account is forgotten. */
export function recordChanges({ users, audit, revocations }: RecordChangesOptions) {
  return {
    user: {
      create: {
        before: newUserByRules,
        async after(user: { id: string }, context: EndpointContext | null | undefined) {
          // What operators and the command line create, they record themselves.
          if (!context) return;
          const details = { path: context.path ?? '' };
          const actor = { kind: 'user', id: user.id } as const;
          await audit.record({
            action: 'sign_up',
            actor,
            userId: user.id,
            details,
            ...requestFacts(context.headers),
          });
        },
      },
    },
    session: {
      create: {
        async before({ userId }: { userId: string }) {
          const user = await users.find(userId);
          if (user?.active === false) {
            throw new APIError('FORBIDDEN', { code: USER_INACTIVE, message: 'This account is deactivated.' });
          }
        },
      },
      delete: {
        // Before: when the revocation cannot be stored, the session is still there and can be ended again.
        async before({ id, userId }: { id: string; userId: string }) {
          await revocations.add({ kind: 'session', code: 'session_ended', userId, sessionId: id });
        },
        async after(
          { id, userId }: { id: string; userId: string },
          context: EndpointContext | null | undefined,
        ) {
          // A password that wants a second factor opened it for a moment; nobody ever held it.
          if (!context || context.path === '/sign-in/email') return;
          const details = { session_id: id, path: context.path ?? '' };
          const actor = { kind: 'user', id: userId } as const;
          await audit.record({
            action: 'session_ended',
            actor,
            userId,
            details,
            ...requestFacts(context.headers),
          });
        },
      },
    },
    account: {
      create: { before: withoutTokens, after: accountEvent('account_linked', audit) },
      update: { before: withoutTokens },
      delete: { after: accountEvent('account_unlinked', audit) },
    },
  } satisfies BetterAuthOptions['databaseHooks'];
}

/** Sign-in is all that the tokens of a provider are wanted for: what is not stored cannot leak. */
async function withoutTokens(account: { accessToken?: unknown; refreshToken?: unknown; idToken?: unknown }) {
  const { accessToken, refreshToken, idToken } = account;
  if (!(accessToken || refreshToken || idToken)) return;
  return { data: { accessToken: null, refreshToken: null, idToken: null } };
}

function accountEvent(action: 'account_linked' | 'account_unlinked', audit: AuditLog) {
  return async (
    { userId, providerId }: { userId: string; providerId: string },
    context: EndpointContext | null | undefined,
  ) => {
    if (!context || providerId === 'credential' || context.path === '/delete-user') return;
    const details = { provider: providerId };
    const actor = { kind: 'user', id: userId } as const;
    await audit.record({ action, actor, userId, details, ...requestFacts(context.headers) });
  };
}
