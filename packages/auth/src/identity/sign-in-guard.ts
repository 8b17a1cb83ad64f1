import { addressKey } from '@netra/service';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { AuditLog } from '../audit/audit-log.ts';
import type { SignInAttempt, SignInLockout } from '../rate-limits/sign-in-lockout.ts';
import { USER_INACTIVE } from './record-changes.ts';
import { requestFacts } from './request-facts.ts';

const SIGN_IN_LOCKED = 'SIGN_IN_LOCKED';
const WRONG_PASSWORD = 'INVALID_EMAIL_OR_PASSWORD';
const SIGN_IN = '/sign-in/email';
/** Refusals that come after the password was found right. Every other one may come before: it must clear no count. */
const RIGHT_PASSWORD: ReadonlySet<string> = new Set([USER_INACTIVE, 'EMAIL_NOT_VERIFIED']);

export interface SignInGuardOptions {
  lockout: SignInLockout;
  audit: AuditLog;
}

/**
 * Locks accounts and addresses against guessing. The attempt is counted before the password is looked at, the same for
 * accounts that do not exist; one that was right does not count.
 */
export function signInGuard({ lockout, audit }: SignInGuardOptions) {
  const before = createAuthMiddleware(async (ctx) => {
    const attempt = attemptOf(ctx.body, ctx.headers);
    if (attempt === undefined) return;
    const verdict = await lockout.begin(attempt);
    if (verdict.ok) return;
    if (verdict.isFirst) {
      const userId = await userIdOf(ctx.context.internalAdapter, attempt.email);
      const details = { by: verdict.by ?? 'account' };
      await audit.record({
        action: 'sign_in_locked',
        actor: { kind: 'nobody' },
        userId,
        details,
        ...requestFacts(ctx.headers),
      });
    }
    throw lockedError(verdict.retryAfterMs);
  });

  const after = createAuthMiddleware(async (ctx) => {
    const attempt = attemptOf(ctx.body, ctx.headers);
    if (attempt === undefined) return;
    const { returned } = ctx.context;
    const code = isAPIError(returned) ? returned.body?.code : undefined;
    if (code === WRONG_PASSWORD) {
      const userId = await userIdOf(ctx.context.internalAdapter, attempt.email);
      const facts = requestFacts(ctx.headers);
      await audit.record({
        action: 'sign_in_failed',
        actor: { kind: 'nobody' },
        userId,
        details: { method: 'password' },
        ...facts,
      });
    } else if (!isAPIError(returned) || RIGHT_PASSWORD.has(String(code))) {
      // Without an error the account may still want a second factor.
      await lockout.succeeded(attempt);
    }
  });

  const matcher = ({ path }: { path?: string | undefined }) => path === SIGN_IN;
  return {
    id: 'netra-sign-in-guard',
    hooks: { before: [{ matcher, handler: before }], after: [{ matcher, handler: after }] },
  } satisfies BetterAuthPlugin;
}

export function lockedError(retryAfterMs: number): APIError {
  return new APIError(
    'TOO_MANY_REQUESTS',
    { code: SIGN_IN_LOCKED, message: 'Too many wrong passwords. Wait, or reset the password.' },
    { 'x-retry-after': String(Math.ceil(retryAfterMs / 1000)) },
  );
}

function attemptOf(body: unknown, headers: Headers | undefined): SignInAttempt | undefined {
  const email: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'email') : undefined;
  if (typeof email !== 'string') return undefined;
  const { clientAddress } = requestFacts(headers);
  return { email, address: clientAddress === undefined ? undefined : addressKey(clientAddress) };
}

interface FindsByEmail {
  findUserByEmail(email: string): Promise<{ user: { id: string } } | null>;
}

async function userIdOf(adapter: FindsByEmail, email: string): Promise<string | undefined> {
  return (await adapter.findUserByEmail(email.toLowerCase()))?.user.id;
}
