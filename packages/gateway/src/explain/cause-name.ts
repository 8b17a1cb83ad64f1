import { RULE_FACTS } from '@netra/diagnosis';
import type { KnownCause } from '../attempts/attempt-queries.ts';

/** A root cause by its word and in words for people. */
export interface CauseName {
  root_cause: KnownCause;
  title: string;
}

export function causeName(rootCause: KnownCause): CauseName {
  const facts = rootCause === 'unknown' ? undefined : RULE_FACTS.get(rootCause);
  return { root_cause: rootCause, title: facts?.title ?? 'Root cause not known' };
}
