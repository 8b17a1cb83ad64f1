import { runChecks } from '@netra/diagnosis';
import { describe, expect, it } from 'vitest';
import { createNodeNetwork } from '../../packages/cli/src/doctor/node-network.ts';
import { DRILLS } from '../../packages/cli/src/drill/drills.ts';
import { openLab } from '../../packages/cli/src/drill/lab/lab.ts';
import { PAIRS } from '../../packages/cli/src/drill/pairs.ts';
import { type DrillResult, runDrills } from '../../packages/cli/src/drill/run-drills.ts';

const CONFIDENT = 0.8;
/** The bar is five seconds; a probe that fails may take the two of its budget. */
const EXPLAINED_MS = 5_000;
/** The bar of a doctor's visit to a healthy stack. It takes about two. */
const VISIT_MS = 10_000;

/** Named with confidence, and not what was injected: worse than not knowing. */
function isWrong({ ok, found, expected_root_cause, also_expected }: DrillResult): boolean {
  const best = found[0];
  if (ok || best === undefined || best.confidence < CONFIDENT) return false;
  return best.root_cause !== expected_root_cause && best.root_cause !== also_expected;
}

function described(results: readonly DrillResult[]) {
  return results.map(({ name, code, found, error }) => ({ name, code, found, error }));
}

describe('all drills', { timeout: 900_000 }, () => {
  it('are named exactly in 95 of 100, never wrongly with confidence, and soon; the doctor finds all that shows', async () => {
    expect(DRILLS.length).toBeGreaterThanOrEqual(30);
    expect(DRILLS.filter(({ isControl }) => isControl).length).toBeGreaterThanOrEqual(4);
    expect(DRILLS.filter(({ outside }) => outside === undefined)).toEqual([]);
    const results = await runDrills(DRILLS, { env: process.env, withDoctor: true });
    const missed = results.filter(({ ok }) => !ok);
    expect(described(results.filter(isWrong))).toEqual([]);
    expect(missed.length / results.length, JSON.stringify(described(missed), null, 1)).toBeLessThanOrEqual(
      0.05,
    );
    expect(described(results.filter(({ ms }) => ms > EXPLAINED_MS))).toEqual([]);
    const unseen = results.filter(({ doctor }) => doctor?.ok === false);
    expect(unseen.map(({ name, doctor }) => ({ name, doctor }))).toEqual([]);
  });

  it('name both of two faults in at least 8 of 10 pairs', async () => {
    expect(PAIRS.length).toBeGreaterThanOrEqual(10);
    const results = await runDrills(PAIRS, { env: process.env });
    const named = results.filter(({ ok }) => ok);
    const missed = described(results.filter(({ ok }) => !ok));
    expect(named.length / results.length, JSON.stringify(missed, null, 1)).toBeGreaterThanOrEqual(0.8);
    expect(described(results.filter(isWrong))).toEqual([]);
  });

  it('need a fault: the doctor finds nothing on a stack that has none, within ten seconds', async () => {
    const lab = await openLab(process.env);
    try {
      const { url, authUrl, authEnv } = await lab.start();
      const value = authEnv.E2E_OAUTH_SIMULATION_KEY ?? '';
      const visit = { url, authUrl, network: createNodeNetwork(), now: Date.now };
      const report = await runChecks({ ...visit, credential: { kind: 'e2e_key', value } });
      expect(report.results.filter(({ outcome }) => outcome.kind !== 'fine')).toEqual([]);
      expect(report.duration_ms).toBeLessThan(VISIT_MS);
    } finally {
      await lab.close();
    }
  });
});
