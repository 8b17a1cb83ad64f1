import { type AttemptSummary, REASONS, refusal } from '@netra/protocol';
import type { Hono } from 'hono';
import { createRateLimit } from '../attempts/rate-limit.ts';
import type { AuthClient } from '../auth-client/auth-client.ts';
import { AuthOutage } from '../auth-client/auth-exchange.ts';
import { refuse } from './refuse.ts';
import { senderOf } from './require-user.ts';
import type { RestEnv, RestOptions } from './rest-options.ts';
import { parameter, route } from './routes.ts';

const LOOKUPS_PER_MINUTE = 30;

/** As this product makes them; the auth service is asked about nothing else. */
const ID_PATTERN = /^att_[0-9a-z]{32}$/;

export interface AttemptRouteOptions
  extends Pick<RestOptions, 'attempts' | 'addressGate' | 'publicUrl' | 'now'> {
  /** Of the auth service, whose refusals carry ids of their own. */
  authClient: Pick<AuthClient, 'attempt'>;
}

/** `GET /v1/attempts/{id}`: what a client that was refused may know, for whoever holds the id. */
export function attemptRoute(app: Hono<RestEnv>, options: AttemptRouteOptions): void {
  const { addressGate, publicUrl, now } = options;
  const rateLimit = createRateLimit({ perMinute: LOOKUPS_PER_MINUTE, now });
  route(app, '/v1/attempts/:attemptId', {
    publicUrl,
    handlers: {
      async GET(c) {
        const waitMs = rateLimit.take(addressGate.keyOf(senderOf(c)));
        if (waitMs > 0) return refuse(refusal('rate_limited', undefined, waitMs), { publicUrl });
        const summary = await findSummary(parameter(c, 'attemptId'), options);
        if (summary === 'unavailable') return refuse(refusal('auth_unavailable'), { publicUrl });
        if (summary === undefined) return refuse(refusal('attempt_unknown'), { publicUrl });
        return c.json(summary, 200, { 'Cache-Control': 'no-store' });
      },
    },
  });
}

async function findSummary(
  attemptId: string,
  { attempts, authClient }: AttemptRouteOptions,
): Promise<AttemptSummary | undefined | 'unavailable'> {
  const attempt = await attempts.find(attemptId);
  if (attempt) {
    const { attempt_id, at, code } = attempt;
    const { meaning, fix } = REASONS[code];
    return { attempt_id, at, code, meaning, fix };
  }
  if (!ID_PATTERN.test(attemptId)) return undefined;
  try {
    return await authClient.attempt(attemptId);
  } catch (cause) {
    // It may be one of the auth service's: nobody can say now.
    if (cause instanceof AuthOutage) return 'unavailable';
    throw cause;
  }
}
