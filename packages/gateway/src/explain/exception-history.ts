import type { AttemptRecord, ExceptionHistory, Subject } from '@netra/diagnosis';
import type { Attempts } from '../attempts/attempts.ts';

const MAX_LOOKED_AT = 500;
const MINUTE_MS = 60_000;

export interface ExceptionHistoryOptions {
  attempts: Pick<Attempts, 'recent'>;
  /** When the release that runs here was started. */
  startedAtMs: number;
  now: () => number;
}

/** Since when, and how often, this exception has been met at this place, as far as refusals are kept. */
export async function exceptionHistory(
  subject: Subject,
  { attempts, startedAtMs, now }: ExceptionHistoryOptions,
): Promise<ExceptionHistory | undefined> {
  const exception = subject.kind === 'attempt' ? subject.attempt.facts?.exception : undefined;
  if (exception === undefined) return undefined;
  const key = keyOf(exception);
  const recent = await attempts.recent({ limit: MAX_LOOKED_AT });
  const same = recent.filter(({ facts }) => facts?.exception !== undefined && keyOf(facts.exception) === key);
  const first = same.at(-1);
  if (first === undefined) return undefined;
  const release = first.facts?.exception?.release;
  return {
    first_seen: first.at,
    count: same.length,
    ...(release !== undefined && { release }),
    ...ratesOf(same, { oldest: recent.at(-1)?.at ?? first.at, startedAtMs, nowMs: now() }),
  };
}

/** Per minute, before this release was started and since: as far back as refusals of any kind are kept. */
function ratesOf(
  same: readonly AttemptRecord[],
  { oldest, startedAtMs, nowMs }: { oldest: string; startedAtMs: number; nowMs: number },
): Pick<ExceptionHistory, 'rate_before_per_min' | 'rate_after_per_min'> {
  const before = same.filter(({ at }) => Date.parse(at) < startedAtMs).length;
  const beforeMs = startedAtMs - Date.parse(oldest);
  return {
    // Where nothing is kept of the time before, nobody knows.
    ...(beforeMs > MINUTE_MS && { rate_before_per_min: perMinute(before, beforeMs) }),
    rate_after_per_min: perMinute(same.length - before, Math.max(nowMs - startedAtMs, MINUTE_MS)),
  };
}

function perMinute(count: number, ms: number): number {
  return Math.round((count / (ms / MINUTE_MS)) * 100) / 100;
}

function keyOf({
  name,
  location = '',
}: NonNullable<NonNullable<AttemptRecord['facts']>['exception']>): string {
  return JSON.stringify([name, location]);
}
