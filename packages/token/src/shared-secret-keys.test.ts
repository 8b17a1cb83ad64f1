import { expect, test } from 'vitest';
import { sharedSecretKeys } from './shared-secret-keys.ts';

const first = Buffer.from('f4Zq0bYxT1uLk8mWc2RjVd7nHs5oPaEi9gQy3tBzKvU');
const second = Buffer.from('Pp3Kd0xVtR7mZsYb1WqLh6uGc9JnEf2aTk8iOvXr4Cw');

test('one secret without an id is the key whatever a token calls it', async () => {
  const keys = sharedSecretKeys({ secret: first });
  expect(keys.current(undefined)).toMatchObject({ algorithm: 'HS256', key: { type: 'secret' } });
  expect(keys.current(undefined)).not.toHaveProperty('kid');
  expect(keys.current('anything')).toBe(keys.current(undefined));
  expect(await keys.find('anything')).toEqual({ found: true, key: keys.current(undefined) });
});

test('one secret with an id must be named', async () => {
  const keys = sharedSecretKeys({ secret: first, kid: 'a' });
  expect(keys.current('a')).toMatchObject({ kid: 'a' });
  expect(await keys.find(undefined)).toMatchObject({ found: false, refusal: { code: 'token_key_unknown' } });
  expect(await keys.find('b')).toMatchObject({ found: false, refusal: { code: 'token_key_unknown' } });
});

test('two secrets are told apart by their ids', () => {
  const keys = sharedSecretKeys([
    { secret: first, kid: 'a' },
    { secret: second, kid: 'b' },
  ]);
  expect(keys.current('a')?.key.export()).toEqual(first);
  expect(keys.current('b')?.key.export()).toEqual(second);
});

test.each([
  [[{ secret: first, kid: 'a' }, { secret: second }]],
  [[{ secret: first }, { secret: second }]],
  [
    [
      { secret: first, kid: 'a' },
      { secret: second, kid: 'a' },
    ],
  ],
] as const)('two secrets without two ids are refused', (secrets) => {
  expect(() => sharedSecretKeys(secrets)).toThrow('a kid of its own');
});

test('a list of one needs no id', () => {
  expect(sharedSecretKeys([{ secret: first }]).current(undefined)).toBeDefined();
});

test('a bad secret is refused without being shown', () => {
  const short = Buffer.from('shown-nowhere');
  expect(() => sharedSecretKeys({ secret: short })).toThrow(
    /^The shared secret is refused: it has 13 bytes; 32 is the least$/,
  );
});

test('an id that is not plain is refused', () => {
  expect(() => sharedSecretKeys({ secret: first, kid: 'a/b' })).toThrow('plain id');
});
