import { expect, it } from 'vitest';
import { drillRollingRestart } from '../kit/rolling-restart-drill.ts';

// `rolling-restart.long.ts` does it under two thousand clients, with figures.
it('loses no event when two servers restart one after the other under clients that follow runs', async () => {
  const { events, snapshots } = await drillRollingRestart({
    users: 8,
    socketsPerUser: 10,
    runSeconds: 3,
    joinMs: 500,
  });
  expect(events).toBeGreaterThan(100);
  expect(snapshots).toBe(0);
}, 120_000);
