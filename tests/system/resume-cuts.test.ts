import { expect, it } from 'vitest';
import { drillResume } from '../kit/resume-drill.ts';

// `resume-cuts.long.ts` does it a thousand times.
it('gives every client each event once and in order, over cuts, kill -9 and changes of the server', async () => {
  const { cuts, events } = await drillResume({ clients: 6, sdkClients: 3, cuts: 60, kills: 2 });
  expect(cuts).toBeGreaterThanOrEqual(60);
  expect(events).toBeGreaterThan(200);
}, 120_000);
