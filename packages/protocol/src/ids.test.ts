import { expect, it } from 'vitest';
import { newId } from './ids.ts';
import { idSchema } from './scalars.ts';

it('makes ids of at least 128 random bits that fit the contract', () => {
  const id = newId('thr');
  expect(id).toMatch(/^thr_[0-9a-hjkmnp-tv-z]{32}$/);
  expect(idSchema.safeParse(id).success).toBe(true);
});

it('does not repeat itself', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('evt'))).size).toBe(10_000);
});
