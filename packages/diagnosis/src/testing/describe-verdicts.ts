import { describe, expect, it } from 'vitest';
import { ROOT_CAUSES } from '../root-causes.ts';
import { type CasesByCause, type Given, verdictOf } from './verdicts.ts';

/** One test for each verdict of each rule of the table. */
export function describeVerdicts(cases: CasesByCause): void {
  for (const rootCause of ROOT_CAUSES) {
    const own = cases[rootCause];
    if (own === undefined) continue;
    const { fits, refuted, unknown } = own;
    describe(rootCause, () => {
      const gives = (given: Given) => expect(verdictOf(rootCause, given));
      it('is named where the evidence shows it', () => gives(fits).toBe('cause'));
      if (refuted !== 'never')
        it('is ruled out where the evidence speaks against it', () => gives(refuted).toBe('ruled_out'));
      if (unknown !== 'code_alone')
        it('says nothing where what it needs is not known', () => gives(unknown).toBe('unknown'));
    });
  }
}
