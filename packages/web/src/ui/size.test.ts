import { expect, test } from 'vitest';
import { sizeInWords } from './size.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [65_537, '66 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [1_240_000, '1.2 MB'],
])('%d bytes are said as "%s"', (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});
