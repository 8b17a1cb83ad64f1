import type { Evidence } from '../evidence.ts';
import { explain } from '../explain.ts';
import type { RootCause } from '../root-causes.ts';
import type { Subject } from '../subject.ts';

/** A subject and what else is known. */
export interface Given {
  readonly subject: Subject;
  readonly evidence: Evidence;
}

/** `code_alone`: the rule needs nothing more; `never`: nothing can refute it. */
interface RuleCases {
  readonly fits: Given;
  readonly refuted: Given | 'never';
  readonly unknown: Given | 'code_alone';
}

export type CasesByCause = Partial<Record<RootCause, RuleCases>>;

export function verdictOf(
  rootCause: RootCause,
  { subject, evidence }: Given,
): 'cause' | 'ruled_out' | 'unknown' {
  const { causes, ruled_out } = explain(subject, evidence);
  if (causes.some((cause) => cause.root_cause === rootCause)) return 'cause';
  return ruled_out.some((out) => out.root_cause === rootCause) ? 'ruled_out' : 'unknown';
}
