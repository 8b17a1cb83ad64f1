import { refusal } from '@netra/protocol';
import type { Attempt, StepResult } from '../attempts/attempt.ts';

/** Places become free when somebody closes a tab: soon, but nobody knows when. */
const RETRY_MS = 5_000;

/** How many sockets and streams a user may have open together, and has. */
export interface Places {
  readonly limit: number;
  countOf(userId: string): number;
}

/**
 * Step `connection_limit`. The oldest is never dropped for the newest. Whoever passes must open its connection in the
 * same tick, so that no two pass at once.
 */
export function checkConnectionLimit(attempt: Attempt, userId: string, places: Places): StepResult<void> {
  return attempt.stepNow('connection_limit', () => {
    const observed = places.countOf(userId);
    if (observed < places.limit) return { ok: true, value: undefined };
    const limit = { name: 'connections_per_user', limit: places.limit, observed, per: 'user' as const };
    attempt.note({ facts: { limit } });
    return { ok: false, refusal: refusal('connection_limit', undefined, RETRY_MS) };
  });
}
