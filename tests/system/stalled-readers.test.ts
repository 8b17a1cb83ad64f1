import { expect, it } from 'vitest';
import { drillStalled } from '../kit/stalled-drill.ts';

// `stalled-readers.long.ts` does it with two hundred, and measures.
it.runIf(process.platform === 'linux')(
  'ends the connections of readers that stall, and the others miss nothing',
  async () => {
    const figures = await drillStalled({
      stalled: 19,
      others: 5,
      beforeMs: 1_000,
      duringMs: 15_000,
      loadEveryMs: 10,
      joinWith: 'position',
    });
    expect(figures.problems).toEqual([]);
    expect(figures.samples.during).toBeGreaterThan(50);
    const reasons = figures.endings.map(({ close }) => close?.reason ?? 'cut');
    expect(reasons).not.toEqual([]);
    // The close frame stands behind what is not read: some only see the connection end.
    expect(reasons.filter((reason) => reason !== 'slow_consumer' && reason !== 'cut')).toEqual([]);
  },
  120_000,
);
