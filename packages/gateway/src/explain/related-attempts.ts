import { type Explanation, type Impact, type Related, rootCauseOf } from '@netra/diagnosis';
import type { KeptAttempt } from '../attempts/attempt-queries.ts';
import type { Attempts } from '../attempts/attempts.ts';
import type { HandshakeMinute } from '../attempts/handshake-stats.ts';

const MAX_LOOKED_AT = 1_000;
const MAX_EXAMPLES = 5;
const NOW_MS = 5 * 60_000;

export interface RelatedSource extends Pick<Attempts, 'recent'> {
  /** Absent where no gateway runs: then no rates are known. */
  handshakes?: Pick<Attempts['handshakes'], 'minutes'>;
}

/** Refusals of the same cause that are still remembered, whom they met, and what became of handshakes meanwhile. */
export async function relatedTo(
  explanation: Explanation,
  { attempts, now }: { attempts: RelatedSource; now: () => number },
): Promise<{ related?: Related; impact?: Impact }> {
  const { at } = explanation;
  const all = await attempts.recent({ limit: MAX_LOOKED_AT }).catch(() => []);
  const same = all.filter((attempt) => isOfCause(attempt, explanation));
  if (same.length === 0) return {};
  const users = new Set(same.flatMap(({ user_id }) => (user_id === undefined ? [] : [user_id])));
  const firstSeen = same.at(-1)?.at ?? at;
  return {
    related: {
      count: same.length,
      first_seen: firstSeen,
      last_seen: same[0]?.at ?? at,
      attempt_ids: same.slice(0, MAX_EXAMPLES).map(({ attempt_id }) => attempt_id),
    },
    impact: {
      users_affected: users.size,
      attempts_affected: same.length,
      ...ratesOf(attempts.handshakes?.minutes() ?? [], { firstAtMs: Date.parse(firstSeen), nowMs: now() }),
    },
  };
}

/** One that was not explained yet is taken for the same where it was refused with the same code. */
function isOfCause(attempt: KeptAttempt, explanation: Explanation): boolean {
  if (attempt.attempt_id === explanation.attempt_id) return true;
  if (attempt.root_cause === undefined) return attempt.code === explanation.code;
  const cause = rootCauseOf(explanation);
  return attempt.root_cause === cause && (cause !== 'unknown' || attempt.code === explanation.code);
}

/** Of this node, which keeps a day; the minute in which it began belongs to neither. */
function ratesOf(
  minutes: readonly HandshakeMinute[],
  { firstAtMs, nowMs }: { firstAtMs: number; nowMs: number },
): Pick<Impact, 'success_rate_before' | 'success_rate_now'> {
  const before = rateOf(minutes.filter(({ atMs }) => atMs + 60_000 <= firstAtMs));
  const current = rateOf(minutes.filter(({ atMs }) => atMs > nowMs - NOW_MS));
  return {
    ...(before === undefined ? {} : { success_rate_before: before }),
    ...(current === undefined ? {} : { success_rate_now: current }),
  };
}

/** Clients that left by themselves were refused nothing. */
function rateOf(minutes: readonly HandshakeMinute[]): number | undefined {
  let accepted = 0;
  let ended = 0;
  for (const { counts } of minutes) {
    for (const [outcome, count] of counts) {
      if (outcome === 'client_gone') continue;
      ended += count;
      if (outcome === 'accepted') accepted += count;
    }
  }
  return ended === 0 ? undefined : accepted / ended;
}
