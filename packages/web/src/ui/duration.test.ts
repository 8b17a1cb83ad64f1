import { expect, test } from 'vitest';
import { durationInWords } from './duration.ts';

test.each([
  [0, '1 ms'],
  [12.4, '12 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [3_440, '3.4 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%d milliseconds are said as "%s"', (durationMs, words) => {
  expect(durationInWords(durationMs)).toBe(words);
});
