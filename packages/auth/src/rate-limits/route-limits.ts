import type { BetterAuthOptions } from 'better-auth';
import type { AttemptLimits } from './attempt-limits.ts';

/** Requests per address and route; IPv6 addresses count by their /64. The rest of the identity routes: 100 in 10 s. */
const ROUTES: Readonly<Record<string, { window: number; max: number }>> = {
  '/sign-in/email': { window: 60, max: 30 },
  '/sign-in/social': { window: 60, max: 30 },
  '/sign-up/email': { window: 60, max: 10 },
  '/one-time-token/verify': { window: 60, max: 20 },
  '/passkey/verify-authentication': { window: 60, max: 30 },
  '/two-factor/*': { window: 60, max: 15 },
  '/request-password-reset': { window: 60, max: 5 },
  '/reset-password': { window: 60, max: 10 },
  '/send-verification-email': { window: 60, max: 5 },
  '/verify-email': { window: 60, max: 20 },
  '/change-password': { window: 60, max: 10 },
  '/change-email': { window: 60, max: 5 },
  '/delete-user': { window: 60, max: 5 },
};

/** The identity library's limiter, counting in PostgreSQL for all processes together. */
export function routeLimits(limits: AttemptLimits, isEnabled: boolean) {
  return {
    enabled: isEnabled,
    window: 10,
    max: 100,
    customRules: ROUTES,
    customStorage: {
      async consume(key, { window, max }) {
        const verdict = await limits.take(`route:${key}`, { max, windowMs: window * 1000 });
        return verdict.ok
          ? { allowed: true, retryAfter: null }
          : { allowed: false, retryAfter: Math.ceil(verdict.retryAfterMs / 1000) };
      },
    },
  } satisfies BetterAuthOptions['rateLimit'];
}
