import { timingSafeEqual } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { isSameDigest, isSameSecret } from './secret-digest.ts';

// Watched, not replaced: what is compared, and that it is compared in constant time.
vi.mock('node:crypto', async (original) => {
  const actual = await original<typeof import('node:crypto')>();
  return { ...actual, timingSafeEqual: vi.fn(actual.timingSafeEqual) };
});
afterEach(() => vi.mocked(timingSafeEqual).mockClear());

test.each([
  ['the same', 'a secret', 'a secret', true],
  ['another', 'a secret', 'b secret', false],
  ['one that differs at the end', 'a secret', 'a secreT', false],
  ['a shorter one', 'a secret', 'a', false],
  ['an empty one', 'a secret', '', false],
])('compares with %s in constant time, over digests of one length', (_name, left, right, isSame) => {
  expect(isSameSecret(left, right)).toBe(isSame);
  expect(timingSafeEqual).toHaveBeenCalledTimes(1);
  const [first, second] = vi.mocked(timingSafeEqual).mock.calls[0] ?? [];
  expect([first?.byteLength, second?.byteLength]).toEqual([32, 32]);
});

test('digests of different lengths are different, and nothing throws', () => {
  expect(isSameDigest(new Uint8Array(32), new Uint8Array(31))).toBe(false);
});
