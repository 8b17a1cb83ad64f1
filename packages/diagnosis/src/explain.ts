import { REASONS } from '@netra/protocol';
import type { AttemptRecord, Evidence } from './attempt.ts';
import type { Cause, Explanation, RuledOut } from './explanation.ts';
import type { RuleInput } from './rule.ts';
import { RULES } from './rules/rules.ts';

/**
 * Explains an attempt from its record and what else is known. Pure: the same input gives the same answer.
 * Names no cause when no rule finds what it needs; confidence is that of the rule, not a share of 1.
 */
export function explain(attempt: AttemptRecord, evidence: Evidence = {}): Explanation {
  const facts = attempt.facts ?? {};
  const input: RuleInput = {
    attempt,
    facts,
    token: facts.token ?? {},
    expected: { ...evidence.expected, ...facts.expected },
    evidence,
    atMs: Date.parse(attempt.at),
  };
  const causes: Cause[] = [];
  const ruledOut: RuledOut[] = [];
  for (const { rootCause, codes, judge } of RULES) {
    if (!codes.includes(attempt.code)) continue;
    const { verdict, ...rest } = judge(input);
    if (verdict === 'cause' && 'whys' in rest) causes.push({ root_cause: rootCause, ...rest });
    if (verdict === 'ruled_out' && 'because' in rest) ruledOut.push({ root_cause: rootCause, ...rest });
  }
  causes.sort((first, second) => second.confidence - first.confidence);
  return {
    attempt_id: attempt.attempt_id,
    code: attempt.code,
    summary: summarize(attempt, causes[0]),
    causes,
    ruled_out: ruledOut,
    path: attempt.steps.map(({ step, outcome, duration_ms }) => ({ step, outcome, duration_ms })),
  };
}

function summarize(attempt: AttemptRecord, best: Cause | undefined): string {
  const { title, meaning } = REASONS[attempt.code];
  const failed = attempt.steps.find(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped');
  const where = failed === undefined ? '' : ` at step ${failed.step}`;
  const seen = `${title}${where}: ${attempt.detail ?? meaning}`;
  const answer = best?.whys.at(-1)?.answer;
  return answer === undefined ? `${seen} The root cause is not known.` : `${seen} ${answer}`;
}
