import { LIMITS, refusal } from '@netra/protocol';
import type { Attempt, StepResult } from '../attempts/attempt.ts';

/** Places become free when somebody closes a tab: soon, but nobody knows when. */
const RETRY_MS = 5_000;

/**
 * Step `connection_limit`: sockets and streams of a user together, on this node. The oldest is never dropped for the
 * newest. Whoever passes must open its connection in the same tick, so that no two pass at once.
 */
export function checkConnectionLimit(attempt: Attempt, observed: number): StepResult<void> {
  return attempt.stepNow('connection_limit', () => {
    if (observed < LIMITS.maxConnectionsPerUser) return { ok: true, value: undefined };
    const limit = { name: 'connections_per_user', limit: LIMITS.maxConnectionsPerUser, observed };
    attempt.note({ facts: { limit } });
    return { ok: false, refusal: refusal('connection_limit', undefined, RETRY_MS) };
  });
}
