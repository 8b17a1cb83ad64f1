import type { AttemptRecord, ExceptionHistory, Subject } from '@netra/diagnosis';
import type { Attempts } from '../attempts/attempts.ts';

const MAX_LOOKED_AT = 500;

/** Since when, and how often, this exception has been met at this place, as far as refusals are kept. */
export async function exceptionHistory(
  subject: Subject,
  attempts: Pick<Attempts, 'recent'>,
): Promise<ExceptionHistory | undefined> {
  const exception = subject.kind === 'attempt' ? subject.attempt.facts?.exception : undefined;
  if (exception === undefined) return undefined;
  const key = keyOf(exception);
  const recent = await attempts.recent({ limit: MAX_LOOKED_AT });
  const same = recent.filter(({ facts }) => facts?.exception !== undefined && keyOf(facts.exception) === key);
  const first = same.at(-1);
  if (first === undefined) return undefined;
  const release = first.facts?.exception?.release;
  return { first_seen: first.at, count: same.length, ...(release !== undefined && { release }) };
}

function keyOf({
  name,
  location = '',
}: NonNullable<NonNullable<AttemptRecord['facts']>['exception']>): string {
  return JSON.stringify([name, location]);
}
