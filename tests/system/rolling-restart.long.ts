import { expect, it } from 'vitest';
import { drillRollingRestart } from '../kit/rolling-restart-drill.ts';

const MOST_BACK_MS = 30_000;
/** Of the rate to which the server spreads reconnects. */
const MOST_RATE_FACTOR = 2;

it('restarts two servers under 2,000 clients: nothing lost, all back in 30 s, and not all at once', async () => {
  const figures = await drillRollingRestart({
    users: 125,
    socketsPerUser: 16,
    runSeconds: 20,
    joinMs: 10_000,
  });
  console.log(JSON.stringify(figures));
  expect(figures.clients).toBe(2_000);
  expect(Math.max(...figures.backMs)).toBeLessThan(MOST_BACK_MS);
  expect(Math.max(...figures.rateFactors)).toBeLessThan(MOST_RATE_FACTOR);
});
