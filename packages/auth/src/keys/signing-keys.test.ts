import { calculateJwkThumbprint } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, signUp, startAuth } from '../testing/auth-kit.ts';
import { deriveSecrets } from './secrets.ts';
import { loadSigningKeys } from './signing-keys.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

test('processes that start at once agree on one key', async () => {
  await kit.pool.query('truncate signing_keys');
  const { keyEncryptionKey } = deriveSecrets('another encryption key of 32 bytes');
  const loaded = await Promise.all(
    Array.from({ length: 8 }, () => loadSigningKeys(kit.pool, keyEncryptionKey)),
  );
  expect(new Set(loaded.map(({ kid }) => kid)).size).toBe(1);
  const { rows } = await kit.pool.query('select count(*)::int as keys from signing_keys');
  expect(rows).toEqual([{ keys: 1 }]);
  await kit.pool.query('truncate signing_keys');
});

test('a wrong encryption key ends the start with the way out', async () => {
  await kit.another();
  await expect(kit.another({ encryptionKey: 'not the key that it was before' })).rejects.toMatchObject({
    code: 'encryption_key_wrong',
    fix: expect.stringContaining('AUTH_ENCRYPTION_KEY'),
  });
});

test('a restart keeps the key, and sessions and tokens of before stay good', async () => {
  await kit.pool.query('truncate signing_keys');
  const before = await kit.another();
  const person = await signUp(before);
  const issued = await call(before, '/auth/token', { body: {}, bearer: person.sessionToken });
  const { access_token } = (await issued.json()) as { access_token: string };
  const after = await kit.another();
  expect((await call(after, '/auth/validate', { bearer: access_token })).status).toBe(200);
  expect((await call(after, '/auth/token', { body: {}, cookie: person.cookie })).status).toBe(200);
});

test('the key set is public, cacheable, and named by thumbprint', async () => {
  const response = await call(await kit.another(), '/auth/jwks.json');
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  const { keys } = (await response.json()) as { keys: Record<string, string>[] };
  expect(keys).toHaveLength(1);
  const { kid, d, ...rest } = keys[0] ?? {};
  expect(d).toBeUndefined();
  expect(rest).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
  expect(await calculateJwkThumbprint(rest)).toBe(kid);
});

test('no private key is readable in the database', async () => {
  const { rows } = await kit.pool.query('select signing_keys::text as row from signing_keys');
  expect(rows).toHaveLength(1);
  expect(rows[0]?.row).not.toContain('"d"');
});
