import { expect, it } from 'vitest';
import { drillIsolation } from '../kit/isolation-drill.ts';

it('shows nobody a byte of anybody else in 100,000 frames', async () => {
  const { frames, bytes, reached } = await drillIsolation({ users: 24, threadsPerUser: 3, frames: 100_000 });
  console.log(
    `${frames} frames, ${(bytes / 1e6).toFixed(1)} MB, ${reached} attempts to reach what is not theirs`,
  );
  expect(frames).toBeGreaterThanOrEqual(100_000);
  expect(reached).toBeGreaterThan(0);
});
