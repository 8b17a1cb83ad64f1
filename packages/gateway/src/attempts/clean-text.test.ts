import { expect, test } from 'vitest';
import { cleanText } from './clean-text.ts';

test.each([
  ['plain', 'plain'],
  ['a\u0000b', 'a\ufffdb'],
  ['\ud800', '\ufffd'],
  ['\udc00x', '\ufffdx'],
  ['12345678', '12345678'],
  ['123456789', '12345678'],
  ['1234567😀', '1234567'],
  ['123456😀9', '123456😀'],
])('%j is kept as %j', (text, kept) => {
  expect(cleanText(text, 8)).toBe(kept);
});
