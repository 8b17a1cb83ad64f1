import { expect, test } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

test('a clock that is put back by an hour refuses nobody for it, and gives nothing', () => {
  let nowMs = 3_600_000;
  const limit = createRateLimit({ perMinute: 2, now: () => nowMs });
  expect(limit.take('address')).toBe(0);
  nowMs = 0;
  expect(limit.take('address')).toBe(0);
  expect(limit.take('address')).toBe(30_000);
  nowMs = 30_000;
  expect(limit.take('address')).toBe(0);
});
