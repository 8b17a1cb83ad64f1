import { LIMITS, refusal } from '@netra/protocol';
import type { Attempt, StepResult } from '../attempts/attempt.ts';

/** Places become free when somebody closes a tab: soon, but nobody knows when. */
const RETRY_MS = 5_000;

/** `connection_limit`, with how many connections the user has. The oldest is never dropped for the newest. */
export function refuseConnection(attempt: Attempt, observed: number): StepResult<never> {
  const limit = { name: 'connections_per_user', limit: LIMITS.maxConnectionsPerUser, observed };
  attempt.note({ facts: { limit } });
  return { ok: false, refusal: refusal('connection_limit', undefined, RETRY_MS) };
}
