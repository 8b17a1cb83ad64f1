import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { AttemptLimit, AttemptLimits } from '../rate-limits/attempt-limits.ts';
import { pendingUserId } from './security-events.ts';

/** For one account, over all challenges and both kinds of code. */
const GUESSES: AttemptLimit = { max: 10, windowMs: 15 * 60_000 };

/**
 * Counts a code before it is looked at. The library counts it after, so that of codes which come at once, each at a
 * challenge of its own, any number would be looked at.
 */
export function secondFactorGuard(limits: AttemptLimits) {
  const matcher = ({ path }: { path?: string | undefined }) =>
    path === '/two-factor/verify-totp' || path === '/two-factor/verify-backup-code';
  const before = createAuthMiddleware(async (ctx) => {
    const userId = await pendingUserId(ctx);
    if (userId === undefined) return;
    const verdict = await limits.take(keyOf(userId), GUESSES);
    if (verdict.ok) return;
    throw new APIError(
      'TOO_MANY_REQUESTS',
      { code: 'ACCOUNT_TEMPORARILY_LOCKED', message: 'Too many wrong codes. Wait, and sign in again.' },
      { 'x-retry-after': String(Math.ceil(verdict.retryAfterMs / 1000)) },
    );
  });
  const after = createAuthMiddleware(async ({ context: { returned, newSession } }) => {
    if (newSession && !isAPIError(returned)) await limits.clear(keyOf(newSession.user.id));
  });
  return {
    id: 'netra-second-factor-guard',
    hooks: { before: [{ matcher, handler: before }], after: [{ matcher, handler: after }] },
  } satisfies BetterAuthPlugin;
}

function keyOf(userId: string): string {
  return `second-factor:${userId}`;
}
