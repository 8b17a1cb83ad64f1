import { createAccessToken } from './access-token.ts';
import type { Check, CheckNeed, CheckOutcome, CheckResult, DoctorReport } from './check.ts';
import { CHECKS } from './checks.ts';
import type { DoctorContext, DoctorVisit } from './doctor-context.ts';
import { DoctorRefusal, refusalFinding } from './refusal.ts';

export interface DoctorOptions {
  /** Names of the checks to run; default: all that are not on demand. */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  /** For all of them together. Default 15 s. */
  readonly budgetMs?: number;
  /** Monotonic milliseconds. Default `performance.now`. */
  readonly clock?: () => number;
  /** Default: all of the doctor's. */
  readonly checks?: readonly Check[];
}

const DEFAULT_BUDGET_MS = 15_000;

/**
 * Runs the checks one after the other, so that the first finding is the deepest cause. Once a check on which all others
 * rest has a finding (name, port, certificate, HTTP), the others are skipped: they would only repeat it.
 * A check that throws, or is under way when the budget is spent, is a finding of its own, never an exception.
 */
export async function runChecks(visit: DoctorVisit, options: DoctorOptions = {}): Promise<DoctorReport> {
  const { budgetMs = DEFAULT_BUDGET_MS, clock = () => performance.now(), checks = CHECKS } = options;
  const deadline = AbortSignal.timeout(budgetMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  const context: DoctorContext = { ...visit, signal, accessToken: createAccessToken(visit, signal) };
  const startedAt = clock();
  const results: CheckResult[] = [];
  let blocker: string | undefined;
  for (const check of selected(checks, options.only)) {
    const { name, title } = check;
    const checkStartedAt = clock();
    const obstacle = obstacleOf(check, { context, signal, blocker });
    const outcome: CheckOutcome =
      obstacle === undefined ? await outcomeOf(check, context) : { kind: 'skipped', because: obstacle };
    if (outcome.kind === 'finding' && check.isFoundation) blocker ??= name;
    results.push({ name, title, duration_ms: rounded(clock() - checkStartedAt), outcome });
  }
  return {
    url: visit.url,
    ok: results.every(({ outcome }) => outcome.kind !== 'finding'),
    duration_ms: rounded(clock() - startedAt),
    results,
  };
}

function selected(checks: readonly Check[], only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined) return checks.filter(({ onDemand }) => !onDemand);
  return checks.filter(({ name }) => only.includes(name));
}

function obstacleOf(
  { needs }: Check,
  { context, signal, blocker }: { context: DoctorVisit; signal: AbortSignal; blocker: string | undefined },
): string | undefined {
  if (signal.aborted) return 'the time for all checks was spent';
  if (blocker !== undefined) return `it rests on ${blocker}, which has a finding`;
  const missing = needs.find((need) => !isMet(need, context));
  if (missing === 'e2e_key') return 'it needs the key of end-to-end tests';
  return missing === undefined ? undefined : 'it needs an access token or the key of end-to-end tests';
}

function isMet(need: CheckNeed, { credential }: DoctorVisit): boolean {
  return need === 'e2e_key' ? credential?.kind === 'e2e_key' : credential !== undefined;
}

async function outcomeOf(check: Check, context: DoctorContext): Promise<CheckOutcome> {
  try {
    const finding = await untilAborted(check.run(context), context.signal);
    return finding === undefined ? { kind: 'fine' } : { kind: 'finding', finding };
  } catch (cause) {
    if (cause instanceof DoctorRefusal)
      return { kind: 'finding', finding: refusalFinding(cause.answer, { doing: check.title, context }) };
    const message = context.signal.aborted
      ? 'It had not ended when the time for all checks was spent.'
      : `It failed: ${cause instanceof Error ? cause.message : 'for an unknown reason'}.`;
    const command = `netra doctor ${context.url} ${check.name}`;
    return { kind: 'finding', finding: { severity: 'error', message, command } };
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** A check that is deaf to the signal must not hold the report. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
