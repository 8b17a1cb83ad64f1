import { type AttemptSummary, REASONS, refusal } from '@netra/protocol';
import type { Hono } from 'hono';
import { createRateLimit } from '../attempts/rate-limit.ts';
import { refuse } from './refuse.ts';
import { senderOf } from './require-user.ts';
import type { RestEnv, RestOptions } from './rest-options.ts';
import { parameter, route } from './routes.ts';

const LOOKUPS_PER_MINUTE = 30;

/** `GET /v1/attempts/{id}`: what a client that was refused may know, for whoever holds the id. */
export function attemptRoute(
  app: Hono<RestEnv>,
  {
    attempts,
    addressGate,
    publicUrl,
    now,
  }: Pick<RestOptions, 'attempts' | 'addressGate' | 'publicUrl' | 'now'>,
): void {
  const rateLimit = createRateLimit({ perMinute: LOOKUPS_PER_MINUTE, now });
  route(app, '/v1/attempts/:attemptId', {
    publicUrl,
    handlers: {
      async GET(c) {
        const waitMs = rateLimit.take(addressGate.keyOf(senderOf(c)));
        if (waitMs > 0) return refuse(refusal('rate_limited', undefined, waitMs), { publicUrl });
        const attempt = await attempts.find(parameter(c, 'attemptId'));
        if (!attempt) return refuse(refusal('attempt_unknown'), { publicUrl });
        const { meaning, fix } = REASONS[attempt.code];
        const summary: AttemptSummary = {
          attempt_id: attempt.attempt_id,
          at: attempt.at,
          code: attempt.code,
          meaning,
          fix,
        };
        return c.json(summary, 200, { 'Cache-Control': 'no-store' });
      },
    },
  });
}
