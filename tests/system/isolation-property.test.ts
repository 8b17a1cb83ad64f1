import { expect, it } from 'vitest';
import { drillIsolation } from '../kit/isolation-drill.ts';

// `isolation-property.long.ts` does it with a hundred thousand frames.
it('shows nobody a byte of anybody else, over threads, reconnects and two servers', async () => {
  const { frames, reached } = await drillIsolation({ users: 6, threadsPerUser: 2, frames: 4_000 });
  expect(frames).toBeGreaterThanOrEqual(4_000);
  expect(reached).toBeGreaterThan(0);
}, 120_000);
