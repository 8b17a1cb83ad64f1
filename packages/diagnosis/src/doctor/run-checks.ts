import { startDeadline } from '../deadline.ts';
import type { RootCause } from '../root-causes.ts';
import { createAccessToken } from './access-token.ts';
import type { Check, CheckNeed, CheckOutcome, CheckResult, DoctorReport } from './check.ts';
import { CHECKS } from './checks.ts';
import type { DoctorContext, DoctorVisit } from './doctor-context.ts';
import { reasonOf } from './reason-of.ts';
import { DoctorRefusal, refusalFinding } from './refusal.ts';

export interface DoctorOptions {
  /** Names of the checks to run; default: all that are not on demand. */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  /** For all of them together. Default 15 s; a check on demand wants more than it waits. */
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
  const deadline = startDeadline(budgetMs, options.signal);
  const { signal } = deadline;
  const context: DoctorContext = { ...visit, signal, accessToken: createAccessToken(visit, signal) };
  const startedAt = clock();
  const results: CheckResult[] = [];
  let blocker: string | undefined;
  const found = new Set<RootCause>();
  const broken = new Set<string>();
  for (const check of selected(checks, visit, options.only)) {
    const { name, title } = check;
    const checkStartedAt = clock();
    const obstacle = obstacleOf(check, { context, signal, blocker, found, broken });
    const outcome: CheckOutcome =
      obstacle === undefined
        ? withoutRepetition(await outcomeOf(check, context), found)
        : { kind: 'skipped', because: obstacle };
    if (outcome.kind === 'finding') {
      const { severity, root_cause: rootCause } = outcome.finding;
      if (check.isFoundation && severity === 'error') blocker ??= name;
      if (severity === 'error') broken.add(name);
      if (rootCause !== undefined) found.add(rootCause);
    }
    results.push({ name, title, duration_ms: rounded(clock() - checkStartedAt), outcome });
  }
  deadline.release();
  return {
    url: visit.url,
    ok: results.every(({ outcome }) => outcome.kind !== 'finding'),
    duration_ms: rounded(clock() - startedAt),
    results,
  };
}

function selected(
  checks: readonly Check[],
  visit: DoctorVisit,
  only: readonly string[] | undefined,
): readonly Check[] {
  if (only === undefined)
    return checks.filter(
      ({ onDemand, needs }) => !onDemand && (!needs.includes('origin') || isMet('origin', visit)),
    );
  return checks.filter(({ name }) => only.includes(name));
}

interface Obstacles {
  readonly context: DoctorVisit;
  readonly signal: AbortSignal;
  readonly blocker: string | undefined;
  readonly found: ReadonlySet<RootCause>;
  /** Names of checks with an error. */
  readonly broken: ReadonlySet<string>;
}

function obstacleOf(
  { needs, restsOn = [], follows = [] }: Check,
  { context, signal, blocker, found, broken }: Obstacles,
): string | undefined {
  if (signal.aborted) return 'the time for all checks was spent';
  const before = blocker ?? follows.find((name) => broken.has(name));
  if (before !== undefined) return `it rests on ${before}, which has a finding`;
  const known = restsOn.find((rootCause) => found.has(rootCause));
  if (known !== undefined) return `it would only repeat the finding ${known}`;
  const missing = needs.find((need) => !isMet(need, context));
  if (missing === 'e2e_key') return 'it needs the key of end-to-end tests (--e2e-key-file)';
  if (missing === 'origin') return 'it needs the origin of a page (--origin)';
  return missing === undefined
    ? undefined
    : 'it needs an access token (netra login, --token-file) or the key of end-to-end tests (--e2e-key-file)';
}

function isMet(need: CheckNeed, { credential, origin }: DoctorVisit): boolean {
  if (need === 'origin') return origin !== undefined;
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
      : `It failed: ${reasonOf(cause)}.`;
    const command = `netra doctor ${context.url} ${check.name}`;
    return { kind: 'finding', finding: { severity: 'error', message, command } };
  }
}

/** One cause, one finding: the deepest check that meets it has it. */
function withoutRepetition(outcome: CheckOutcome, found: ReadonlySet<RootCause>): CheckOutcome {
  const rootCause = outcome.kind === 'finding' ? outcome.finding.root_cause : undefined;
  if (rootCause === undefined || !found.has(rootCause)) return outcome;
  return { kind: 'skipped', because: `it met the same, ${rootCause}` };
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
