import { type DoctorReport, type DoctorVisit, runChecks } from '@netra/diagnosis';
import { createNodeNetwork } from '../doctor/node-network.ts';
import type { DrillStack } from './lab/drill-stack.ts';
import type { Look, Met, OutsideView } from './outside.ts';

/** The doctor's part of a drill's result. */
export interface DoctorDrillResult {
  readonly expected_check?: string;
  readonly expected_root_cause?: string;
  /** Why there is nothing to be seen from outside; then nobody looked. */
  readonly hidden?: string;
  readonly found: readonly { readonly check: string; readonly root_cause?: string }[];
  readonly ms: number;
  readonly ok: boolean;
}

/** Sends the doctor to the broken stack, and compares the first finding with the one that the drill declares. */
export async function lookFromOutside(
  stack: DrillStack,
  view: OutsideView,
  met: Met,
): Promise<DoctorDrillResult> {
  if ('hidden' in view) return { hidden: view.hidden, found: [], ms: 0, ok: true };
  const look: Look = (changes = {}, only) =>
    runChecks({ ...visitOf(stack, met), ...changes }, only === undefined ? {} : { only });
  const report = await (view.during?.(stack, look) ?? look());
  const found = findingsOf(report);
  const [first] = found;
  return {
    expected_check: view.check,
    ...(view.rootCause === undefined ? {} : { expected_root_cause: view.rootCause }),
    found,
    ms: Math.round(report.duration_ms),
    ok: first !== undefined && first.check === view.check && first.root_cause === view.rootCause,
  };
}

function visitOf({ url, authUrl, authEnv }: DrillStack, { token, visit = {} }: Met): DoctorVisit {
  return {
    url,
    authUrl,
    network: createNodeNetwork(),
    now: Date.now,
    credential:
      token === undefined
        ? { kind: 'e2e_key', value: authEnv.E2E_OAUTH_SIMULATION_KEY ?? '' }
        : { kind: 'access_token', value: token },
    ...visit,
  };
}

function findingsOf({ results }: DoctorReport): { check: string; root_cause?: string }[] {
  return results.flatMap(({ name, outcome }) =>
    outcome.kind === 'finding'
      ? [
          {
            check: name,
            ...(outcome.finding.root_cause === undefined ? {} : { root_cause: outcome.finding.root_cause }),
          },
        ]
      : [],
  );
}
