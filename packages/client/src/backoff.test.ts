import { expect, test } from 'vitest';
import { fullJitterMs } from './backoff.ts';

const largest = { baseMs: 250, capMs: 15_000, random: () => 1 };

test('the bound of the wait doubles with each failure', () => {
  expect([1, 2, 3, 4].map((failures) => fullJitterMs(failures, largest))).toEqual([250, 500, 1000, 2000]);
});

test('no wait is longer than the cap, however many failures there were', () => {
  expect(fullJitterMs(7, largest)).toBe(15_000);
  expect(fullJitterMs(100_000, largest)).toBe(15_000);
});

test('the wait is anything from nothing to the bound', () => {
  expect(fullJitterMs(3, { ...largest, random: () => 0 })).toBe(0);
  expect(fullJitterMs(3, { ...largest, random: () => 0.5 })).toBe(500);
});
