import { CHECKS, type DoctorVisit, doctorReportText, runChecks, runGate } from '@netra/diagnosis';
import { AppError } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { describeGate } from './describe-gate.ts';

export interface DoctorCommandOptions {
  readonly io: Pick<CommandIo, 'out'>;
  readonly visit: DoctorVisit;
  /** One check by its name. Default: all that are not on demand. */
  readonly check?: string | undefined;
  readonly json: boolean;
  readonly signal?: AbortSignal;
}

/** A check that waits in silence is given that time on top of the others' budget. */
const BUDGET_MS = 15_000;
const IDLE_WAIT_MS = 60_000;

/** Looks from outside. 0: nothing is wrong, 1: something is. Errors: `check_unknown`. */
export async function doctor(options: DoctorCommandOptions): Promise<ExitCode> {
  const { io, visit, check, json, signal } = options;
  const waits = CHECKS.find(({ name }) => name === check)?.onDemand === true;
  const { idleWaitMs = IDLE_WAIT_MS } = visit;
  const report = await runChecks(visit, {
    ...(check === undefined ? {} : { only: [knownCheck(check)] }),
    budgetMs: BUDGET_MS + (waits ? idleWaitMs : 0),
    ...(signal === undefined ? {} : { signal }),
  });
  io.out(json ? JSON.stringify(report) : doctorReportText(report).trimEnd());
  return report.ok ? 0 : 1;
}

/** Measures handshakes. 0: traffic may come, 1: it may not. Errors: `credential_missing`. */
export async function gate(
  { io, visit, json, signal }: DoctorCommandOptions,
  handshakes: number,
): Promise<ExitCode> {
  if (visit.credential === undefined)
    throw new AppError(
      'credential_missing',
      'Handshakes need an access token, or the key of end-to-end tests.',
      {
        fix: `netra login ${visit.url}, or netra doctor ${visit.url} --gate --e2e-key-file <path>`,
      },
    );
  const report = await runGate(visit, { handshakes, ...(signal === undefined ? {} : { signal }) });
  io.out(json ? JSON.stringify(report) : describeGate(report, visit.url).join('\n'));
  return report.ok ? 0 : 1;
}

const NEEDS = {
  session: 'needs a credential',
  e2e_key: 'needs the key of end-to-end tests',
  origin: 'needs --origin',
} as const;

export function listChecks({ io, json }: Pick<DoctorCommandOptions, 'io' | 'json'>): void {
  const rows = CHECKS.map(({ name, title, needs, onDemand = false }) => ({
    name,
    title,
    needs,
    on_demand: onDemand,
  }));
  if (json) io.out(JSON.stringify({ checks: rows }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  if (!json)
    for (const { name, title, needs, on_demand: onDemand } of rows) {
      const remarks = [...needs.map((need) => NEEDS[need]), ...(onDemand ? ['only when it is named'] : [])];
      io.out(`${name.padEnd(width)}  ${title}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`);
    }
}

function knownCheck(name: string): string {
  if (CHECKS.some((check) => check.name === name)) return name;
  throw new AppError('check_unknown', `The doctor has no check ${name}.`, { fix: 'netra doctor --list' });
}
