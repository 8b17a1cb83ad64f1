import { expect, test } from 'vitest';
import { age, duration, percent, span } from './time-words.ts';

test.each([
  [-5_000, 'just now'],
  [1_999, 'just now'],
  [2_000, '2 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [7_200_000, '2 h ago'],
  [172_800_000, '2 d ago'],
])('%d ms before now are "%s"', (ms, words) => expect(age(ms)).toBe(words));

test.each([
  [0.0148, '0.015 ms'],
  [3.42, '3.4 ms'],
  [61.7, '62 ms'],
  [1_013, '1.01 s'],
  [3_000, '3 s'],
])('%d ms take "%s"', (ms, words) => expect(duration(ms)).toBe(words));

test('what is not whole never looks whole', () => {
  expect(percent(0.99999)).toBe('99.9 %');
  expect(percent(1)).toBe('100 %');
  expect(percent(0)).toBe('0 %');
});

test('a span is never negative', () => expect(span(-1)).toBe('0 s'));
