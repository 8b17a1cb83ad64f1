import { describe, expect, it } from 'vitest';
import { DRILLS } from '../../packages/cli/src/drill/drills.ts';
import { runDrills } from '../../packages/cli/src/drill/run-drills.ts';

/** Two in which much has to work; all of `netra drill` run in drills.long.ts. */
const INCIDENT_DRILLS = ['code_defect', 'secret_mismatch'];

describe('the drills of incidents', { timeout: 240_000 }, () => {
  it('name the root cause that was injected, and the doctor finds it from outside', async () => {
    const drills = DRILLS.filter(({ name }) => INCIDENT_DRILLS.includes(name));
    const results = await runDrills(drills, { env: process.env, withDoctor: true });
    expect(results).toHaveLength(INCIDENT_DRILLS.length);
    expect(results.map(({ name, found, error }) => ({ name, best: found[0]?.root_cause, error }))).toEqual(
      results.map(({ name, expected_root_cause }) => ({ name, best: expected_root_cause, error: undefined })),
    );
    const unseen = results.filter(({ doctor }) => doctor?.ok !== true);
    expect(unseen.map(({ name, doctor }) => ({ name, doctor }))).toEqual([]);
  });
});
