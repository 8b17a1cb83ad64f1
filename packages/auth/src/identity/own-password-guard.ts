import { addressKey } from '@netra/service';
import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { SignInAttempt, SignInLockout } from '../rate-limits/sign-in-lockout.ts';
import { presentedSession } from './presented-session.ts';
import { requestFacts } from './request-facts.ts';
import { lockedError } from './sign-in-guard.ts';

/** Where whoever is signed in shows the password once more. */
const PATHS: ReadonlySet<string> = new Set([
  '/change-password',
  '/delete-user',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/get-totp-uri',
  '/two-factor/generate-backup-codes',
]);

/** Whoever has only a session must not guess its password here instead of at the sign-in: the same counts hold. */
export function ownPasswordGuard({ lockout }: { lockout: SignInLockout }) {
  const before = createAuthMiddleware(async (ctx) => {
    if (!showsPassword(ctx.body)) return;
    const session = await presentedSession(ctx);
    if (!session) return;
    const verdict = await lockout.begin(attemptOf(session.user.email, ctx.headers));
    if (!verdict.ok) throw lockedError(verdict.retryAfterMs);
  });

  const after = createAuthMiddleware(async (ctx) => {
    const email = ctx.context.session?.user.email;
    if (email === undefined || !showsPassword(ctx.body) || isAPIError(ctx.context.returned)) return;
    await lockout.succeeded(attemptOf(email, ctx.headers));
  });

  const matcher = ({ path }: { path?: string | undefined }) => path !== undefined && PATHS.has(path);
  return {
    id: 'netra-own-password-guard',
    hooks: { before: [{ matcher, handler: before }], after: [{ matcher, handler: after }] },
  } satisfies BetterAuthPlugin;
}

function showsPassword(body: { password?: unknown; currentPassword?: unknown } | undefined): boolean {
  return typeof (body?.currentPassword ?? body?.password) === 'string';
}

function attemptOf(email: string, headers: Headers | undefined): SignInAttempt {
  const { clientAddress } = requestFacts(headers);
  return { email, address: clientAddress === undefined ? undefined : addressKey(clientAddress) };
}
