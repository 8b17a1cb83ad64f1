import { expect, test } from 'vitest';
import { whenKnown } from './when-known.ts';

test('what is there is used at once, and what is not when it comes', async () => {
  expect(whenKnown(1, (value) => value + 1)).toBe(2);
  expect(await whenKnown(Promise.resolve(1), (value) => value + 1)).toBe(2);
});

test('what the use throws is thrown at once, or rejects', async () => {
  const fail = (): never => {
    throw new Error('no');
  };
  expect(() => whenKnown(1, fail)).toThrow('no');
  await expect(whenKnown(Promise.resolve(1), fail)).rejects.toThrow('no');
});
