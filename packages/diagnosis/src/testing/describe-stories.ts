import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from '../attempt.ts';
import type { Evidence } from '../evidence.ts';
import { explain } from '../explain.ts';
import type { RootCause } from '../root-causes.ts';

/** What a whole explanation of a record must come to. */
export interface Story {
  readonly name: string;
  readonly record: AttemptRecord;
  readonly evidence?: Evidence;
  /** Absent: no cause is named. */
  readonly best?: RootCause;
  readonly least?: number;
  readonly alsoNamed?: RootCause;
  readonly ruledOut?: readonly RootCause[];
}

export function describeStories(title: string, stories: readonly Story[]): void {
  describe(title, () => {
    it.each(stories)('$name', ({ record, evidence, best, least = 0, alsoNamed, ruledOut = [] }) => {
      const { causes, ruled_out } = explain(record, evidence);

      expect(causes[0]?.root_cause).toBe(best);
      if (best !== undefined) expect(causes[0]?.confidence).toBeGreaterThanOrEqual(least);
      if (alsoNamed !== undefined) expect(causes.map((named) => named.root_cause)).toContain(alsoNamed);
      expect(ruled_out.map((out) => out.root_cause)).toEqual(expect.arrayContaining([...ruledOut]));
    });

    it('never claims certainty, and says what to do', () => {
      for (const { record, evidence } of stories) {
        for (const { confidence, whys, fix, reason } of explain(record, evidence).causes) {
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThan(1);
          expect(whys.length).toBeGreaterThan(1);
          expect([fix.action, reason]).not.toContain('');
        }
      }
    });
  });
}
