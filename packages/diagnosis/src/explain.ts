import type { AttemptRecord, Evidence } from './attempt.ts';
import type { Explanation } from './explanation.ts';

/** Explains an attempt from its record and what else is known. Pure: the same input gives the same answer. */
export function explain(_attempt: AttemptRecord, _evidence: Evidence = {}): Explanation {
  throw new Error('in progress');
}
