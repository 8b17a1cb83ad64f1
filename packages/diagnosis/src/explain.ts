import { REASONS } from '@netra/protocol';
import type { AttemptRecord } from './attempt.ts';
import type { Evidence } from './evidence.ts';
import type { Cause, Explanation, RuledOut, Why } from './explanation.ts';
import { describeMs, type Rule, type RuleInput, seen, why } from './rule.ts';
import { RULES } from './rules/rules.ts';
import { asAttempt, idOf, type Subject } from './subject.ts';
import { withoutSecrets } from './without-secrets.ts';

/**
 * Explains a subject, or the record of a refused attempt, from what is known. Pure: the same input gives the same
 * answer. Names no cause when no rule finds what it needs; confidence is that of the rule, not a share of 1.
 */
export function explain(given: Subject | AttemptRecord, evidence: Evidence = {}): Explanation {
  const subject: Subject = 'kind' in given ? given : { kind: 'attempt', attempt: given };
  const attempt = asAttempt(subject);
  const input = inputOf(subject, attempt, evidence);
  const causes: Cause[] = [];
  const ruledOut: RuledOut[] = [];
  const saw = whatWasSeen(subject, attempt);
  for (const rule of RULES) {
    const isOwnCode = rule.codes.includes(attempt.code);
    if (!isOwnCode && !rule.alongside?.includes(attempt.code)) continue;
    const judgement = rule.judge({ ...input, isOwnCode });
    if (judgement.verdict === 'cause') causes.push(toCause(rule, judgement, { isOwnCode, saw }));
    if (judgement.verdict === 'ruled_out' && isOwnCode)
      ruledOut.push({ root_cause: rule.rootCause, because: judgement.because });
  }
  causes.sort(byRank);
  const ranking = rankingOf(causes);
  const { not_available } = evidence;
  return withoutSecrets({
    attempt_id: attempt.attempt_id,
    subject: { kind: subject.kind, id: idOf(subject) },
    at: attempt.at,
    code: attempt.code,
    summary: summarize(attempt, causes[0]),
    causes,
    ruled_out: ruledOut,
    path: attempt.steps.map(({ step, outcome, duration_ms }) => ({ step, outcome, duration_ms })),
    ...(ranking === undefined ? {} : { ranking }),
    ...(not_available === undefined ? {} : { not_available }),
  });
}

function inputOf(subject: Subject, attempt: AttemptRecord, evidence: Evidence): Omit<RuleInput, 'isOwnCode'> {
  const facts = attempt.facts ?? {};
  return {
    attempt,
    facts,
    token: facts.token ?? {},
    expected: { ...evidence.expected, ...facts.expected },
    evidence,
    atMs: Date.parse(attempt.at),
    ...(subject.kind === 'connection' ? { connection: subject.connection } : {}),
    ...(subject.kind === 'run' ? { run: subject.run } : {}),
  };
}

function toCause(
  { rootCause, title, prevention }: Rule,
  judgement: Extract<ReturnType<Rule['judge']>, { verdict: 'cause' }>,
  { isOwnCode, saw }: { isOwnCode: boolean; saw: Why },
): Cause {
  const { verdict: _verdict, whys, ...parts } = judgement;
  const position = isOwnCode ? 'cause' : 'next';
  // A fault that would refuse next did not cause what was seen, so its chain does not begin there.
  return {
    root_cause: rootCause,
    title,
    position,
    ...parts,
    whys: isOwnCode ? [saw, ...whys] : whys,
    prevention,
  };
}

function byRank(first: Cause, second: Cause): number {
  const places = Number(first.position === 'next') - Number(second.position === 'next');
  return places === 0 ? second.confidence - first.confidence : places;
}

function rankingOf([first, second, ...others]: readonly Cause[]): string | undefined {
  if (first === undefined || second === undefined) return undefined;
  const rest = [second, ...others];
  const rivals = rest.filter(({ position }) => position === 'cause').map(describeRank);
  const next = rest.filter(({ position }) => position === 'next').map(describeRank);
  return [
    `${describeRank(first)} stands first: ${first.reason}`,
    ...(rivals.length > 0 ? [`Less sure: ${rivals.join(', ')}.`] : []),
    ...(next.length > 0 ? [`Also wrong, and would refuse next: ${next.join(', ')}.`] : []),
  ].join(' ');
}

function describeRank({ root_cause, confidence }: Cause): string {
  return `${root_cause} (${confidence.toFixed(2)})`;
}

/** The first link of every chain: what the client, or whoever waited for the run, saw. */
function whatWasSeen(subject: Subject, attempt: AttemptRecord): Why {
  const { code } = attempt;
  const { http, close, title } = REASONS[code];
  if (subject.kind === 'run') {
    const { agent, step } = subject.run;
    return why(
      'Why was there no answer?',
      `The run of ${agent} ended in ${code}: ${title}.`,
      ...seen('run.step', step),
    );
  }
  if (subject.kind === 'connection') {
    const number = subject.connection.close_code ?? close;
    return why(
      'Why did the connection end?',
      `It was closed with ${number ?? 'no close frame'}, ${code}: ${title}.`,
      ...seen('connection.age_ms', subject.connection.age_ms),
      ...seen('connection.silence_ms', subject.connection.silence_ms),
    );
  }
  const failed = failedStep(attempt);
  const answer =
    code === 'client_gone'
      ? 'The client hung up before it had an answer.'
      : `Netra answered HTTP ${http ?? 'nothing'} with ${code}: ${title}.`;
  return why(
    'Why could the client not connect?',
    answer,
    ...seen('attempt.code', code),
    ...seen(
      'attempt.step',
      failed && `${failed.step} ${failed.outcome} after ${describeMs(failed.duration_ms)}`,
      'ok',
    ),
  );
}

function failedStep({ steps }: AttemptRecord) {
  return steps.find(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped');
}

function summarize(attempt: AttemptRecord, best: Cause | undefined): string {
  const { title, meaning } = REASONS[attempt.code];
  const failed = failedStep(attempt);
  const where = failed === undefined ? '' : ` at step ${failed.step}`;
  const shown = `${title}${where}: ${attempt.detail ?? meaning}`;
  return `${shown} ${best === undefined ? 'The root cause is not known.' : `Root cause: ${best.title}.`}`;
}
