import { expect, it } from 'vitest';
import { drillResume, percentile } from '../kit/resume-drill.ts';

/** An idle machine takes about a fifth of it. */
const CAUGHT_UP_P95_MS = 300;
/** The p95 is that of the middle one of so many turns: other work on the machine lasts for less than half of them. */
const TURNS = 9;

it('loses, doubles and reorders nothing over 1,000 random cuts while runs stream', async () => {
  const { cuts, events, snapshots, caughtUpMs } = await drillResume({
    clients: 18,
    sdkClients: 6,
    cuts: 1_000,
    kills: 12,
  });
  const [p50, p95] = [percentile(caughtUpMs, 0.5), percentile(caughtUpMs, 0.95)];
  const middle = percentile(
    inTurns(caughtUpMs).map((turn) => percentile(turn, 0.95)),
    0.5,
  );
  console.log(
    `${cuts} cuts, ${events} events, ${snapshots} snapshots; caught up p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, ` +
      `of the middle turn ${middle.toFixed(0)} ms`,
  );
  expect(cuts).toBeGreaterThanOrEqual(1_000);
  expect(middle).toBeLessThan(CAUGHT_UP_P95_MS);
});

/** One after the other, as they were measured. */
function inTurns(samples: readonly number[]): number[][] {
  const size = Math.ceil(samples.length / TURNS);
  return Array.from({ length: TURNS }, (_, turn) => samples.slice(turn * size, (turn + 1) * size));
}
