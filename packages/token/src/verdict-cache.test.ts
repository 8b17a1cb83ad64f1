import { expect, test } from 'vitest';
import type { Accepted } from './judge-token.ts';
import { createVerdictCache, digestOf } from './verdict-cache.ts';

// The cache never looks inside a verdict.
const verdict = (name: string) => ({ name }) as unknown as Accepted;

test('what is used stays, what is not used for a whole turn goes, and the bound holds', () => {
  const cache = createVerdictCache(4);
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(verdict) as [
    Accepted,
    Accepted,
    Accepted,
    Accepted,
    Accepted,
  ];
  cache.set('a', a);
  cache.set('b', b);
  cache.set('c', c);
  expect(cache.get('a')).toBe(a);
  cache.set('d', d);
  expect(['a', 'b', 'c', 'd'].map((name) => cache.get(name))).toEqual([a, undefined, c, d]);
  // Those three uses moved a and c up beside d, and so to the old half again at the next newcomers.
  cache.set('e', e);
  const left = ['a', 'b', 'c', 'd', 'e'].filter((name) => cache.get(name) !== undefined);
  expect(left.length).toBeLessThanOrEqual(4);
  expect(left).toContain('e');
});

test.each([0, 1])('with room for %i nothing is kept', (maxEntries) => {
  const cache = createVerdictCache(maxEntries);
  cache.set('a', verdict('a'));
  expect(cache.get('a')).toBeUndefined();
});

test('a token is known by its SHA-256, of which nothing leads back to it', () => {
  expect(digestOf('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
});
