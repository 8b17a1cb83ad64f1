import type { RootCause } from '../root-causes.ts';
import type { Rule } from '../rule.ts';
import { RULES } from './rules.ts';

/** What can be said of a rule without judging anything: for docs, the console and `netra drill list`. */
export type RuleFacts = Pick<Rule, 'rootCause' | 'title' | 'codes' | 'needs' | 'refutedBy' | 'prevention'>;

export const RULE_FACTS: ReadonlyMap<RootCause, RuleFacts> = new Map(
  RULES.map(({ rootCause, title, codes, needs, refutedBy, prevention }) => [
    rootCause,
    { rootCause, title, codes, needs, refutedBy, prevention },
  ]),
);
