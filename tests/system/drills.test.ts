import { describe, expect, it } from 'vitest';
import { DRILLS } from '../../packages/cli/src/drill/drills.ts';
import { runDrills } from '../../packages/cli/src/drill/run-drills.ts';

/** One of each incident; the others of `netra drill` run in drills.long.ts. */
const INCIDENT_DRILLS = ['code_defect', 'auth_slow', 'auth_down', 'e2e_user_not_seeded', 'secret_mismatch'];

describe('the drills of the five incidents', { timeout: 240_000 }, () => {
  it('name the root cause that was injected, and the doctor finds it from outside', async () => {
    const drills = DRILLS.filter(({ name }) => INCIDENT_DRILLS.includes(name));
    const results = await runDrills(drills, { env: process.env, withDoctor: true });
    expect(new Set(results.map(({ incident }) => incident))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(results.map(({ name, found, error }) => ({ name, best: found[0]?.root_cause, error }))).toEqual(
      results.map(({ name, expected_root_cause }) => ({ name, best: expected_root_cause, error: undefined })),
    );
    const unseen = results.filter(({ doctor }) => doctor?.ok !== true);
    expect(unseen.map(({ name, doctor }) => ({ name, doctor }))).toEqual([]);
  });
});
