import type { AttemptRecord, Explanation, Impact, Related } from '@netra/diagnosis';
import type { Attempts } from '../attempts/attempts.ts';

const MAX_RELATED = 200;

/** Refusals of the same code that are still remembered, and whom they met. */
export async function relatedTo(
  { code, at }: Explanation,
  attempts: Pick<Attempts, 'recent'>,
): Promise<{ related?: Related; impact?: Impact }> {
  const all = await attempts.recent({ limit: MAX_RELATED }).catch(() => [] as AttemptRecord[]);
  const same = all.filter((attempt) => attempt.code === code);
  if (same.length === 0) return {};
  const users = new Set(same.flatMap(({ user_id }) => (user_id === undefined ? [] : [user_id])));
  return {
    related: {
      count: same.length,
      first_seen: same.at(-1)?.at ?? at,
      last_seen: same[0]?.at ?? at,
      attempt_ids: same.slice(0, 5).map(({ attempt_id }) => attempt_id),
    },
    impact: { users_affected: users.size, attempts_affected: same.length },
  };
}
