import { createHash } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import type { AttemptLimits } from '../rate-limits/attempt-limits.ts';
import { pendingUserId } from './security-events.ts';

/** Longer than any code is accepted: its own 30 s, and those before and after. */
const ONCE: Parameters<AttemptLimits['take']>[1] = { max: 1, windowMs: 120_000 };

/** RFC 6238 §5.2: a code that was shown once signs nobody in again, however often somebody looks over a shoulder. */
export function totpOnce(limits: AttemptLimits) {
  return {
    id: 'netra-totp-once',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/two-factor/verify-totp',
          handler: createAuthMiddleware(async (ctx) => {
            const userId = await pendingUserId(ctx);
            if (userId === undefined) return;
            const digest = createHash('sha256').update(`${userId}:${ctx.body?.code}`).digest('base64url');
            const verdict = await limits.take(`totp:${digest}`, ONCE);
            if (verdict.ok) return;
            throw new APIError('UNAUTHORIZED', { code: 'INVALID_CODE', message: 'Invalid code' });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
