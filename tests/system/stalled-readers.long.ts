import { expect, it } from 'vitest';
import { drillStalled } from '../kit/stalled-drill.ts';

const STALLED = 200;
/** Bytes that may wait for one of them, and a tenth more. */
const MOST_GROWN_MB = STALLED * 1.1;
const MOST_SLOWER = 1.5;
/** Below this difference the machine's own noise decides: two cores hold the test, the server and PostgreSQL. */
const NOISE_MS = 25;
/** Two hundred snapshots at once, each of most of a megabyte, are work of their own: 80 ms where nothing else runs. */
const MOST_WITH_SNAPSHOTS_MS = 500;

it.runIf(process.platform === 'linux').each(['position', 'snapshot'] as const)(
  'holds 200 stalled readers that began with a %s within their memory, and the others do not wait for them',
  async (joinWith) => {
    const figures = await drillStalled({
      stalled: STALLED,
      others: 30,
      beforeMs: 15_000,
      duringMs: 35_000,
      loadEveryMs: 50,
      joinWith,
    });
    const { grownMb, latencyMs, samples, endings, problems } = figures;
    const slow = endings.filter(({ close }) => close?.reason === 'slow_consumer').length;
    console.log(JSON.stringify({ joinWith, grownMb, latencyMs, samples, slow, cut: endings.length - slow }));
    expect(problems).toEqual([]);
    // The close frame stands behind what is not read: most only see the connection end.
    expect(endings).toHaveLength(STALLED);
    expect(grownMb).toBeLessThan(MOST_GROWN_MB);
    const most = Math.max(latencyMs.before * MOST_SLOWER, latencyMs.before + NOISE_MS);
    expect(latencyMs.during).toBeLessThan(joinWith === 'snapshot' ? MOST_WITH_SNAPSHOTS_MS : most);
  },
);
