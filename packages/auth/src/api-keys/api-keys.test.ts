import { apiKeyPageSchema, createdApiKeySchema } from '@netra/protocol';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, outcome, type Person, signUp, startAuth } from '../testing/auth-kit.ts';
import { dumpOf } from '../testing/dump.ts';
import { eventually } from '../testing/eventually.ts';
import { accessTokenOf } from '../testing/tokens.ts';

let kit: AuthKit;
let nowMs = Date.now();
beforeAll(async () => {
  kit = await startAuth({ now: () => nowMs });
});
afterAll(() => kit.stop());

const DAY_MS = 24 * 60 * 60_000;
const path = '/auth/api-keys';

async function createKey(person: Person, body: object = { name: 'ci' }) {
  const response = await call(kit.auth, path, { body, cookie: person.cookie });
  expect(response.status).toBe(201);
  return createdApiKeySchema.parse(await response.json());
}
const exchange = async (apiKey: string) =>
  outcome(await call(kit.auth, '/auth/token', { method: 'POST', bearer: apiKey }));
const validate = async (bearer: string, auth = kit.auth) =>
  outcome(await call(auth, '/auth/validate', { bearer }));

test('a key is shown once, listed without itself, and exchanged for access tokens of its user', async () => {
  const person = await signUp(kit.auth);
  const created = await createKey(person, { name: ' pipeline ', expires_in_days: 7 });
  expect(created).toMatchObject({ name: 'pipeline', scopes: ['chat'] });
  expect(created.api_key).toMatch(/^ntr_[\w-]{43}$/);
  expect(Date.parse(created.expires_at)).toBe(nowMs + 7 * DAY_MS);
  const bearer = await accessTokenOf(kit.auth, created.api_key);
  expect(decodeJwt(bearer)).toMatchObject({ sid: created.key_id, permissions: ['chat'], roles: ['user'] });
  expect(await validate(bearer)).toBe('200');
  const listed = await call(kit.auth, path, { bearer: person.sessionToken });
  const { items } = apiKeyPageSchema.strict().parse(await listed.json());
  expect(items).toMatchObject([{ key_id: created.key_id, last_used_at: new Date(nowMs).toISOString() }]);
  expect(JSON.stringify(items)).not.toContain(created.api_key);
});

test('fifty exchanges of one key at once all get a token of their own', async () => {
  const { api_key } = await createKey(await signUp(kit.auth));
  const tokens = await Promise.all(Array.from({ length: 50 }, () => accessTokenOf(kit.auth, api_key)));
  expect(new Set(tokens.map((token) => decodeJwt(token).jti)).size).toBe(50);
});

test('revoking a key ends it and the tokens that came from it, in every process', async () => {
  const other = await kit.another();
  const [person, stranger] = [await signUp(kit.auth), await signUp(kit.auth)];
  const { key_id, api_key } = await createKey(person);
  const bearer = await accessTokenOf(kit.auth, api_key);
  expect(await validate(bearer, other)).toBe('200');
  const revoke = async ({ cookie }: Person) =>
    outcome(await call(kit.auth, `${path}/${key_id}`, { method: 'DELETE', cookie }));
  expect(await revoke(stranger)).toBe('404 route_unknown');
  expect(await validate(bearer)).toBe('200');
  expect(await revoke(person)).toBe('204');
  expect(await exchange(api_key)).toBe('401 session_ended');
  expect(await validate(bearer)).toBe('401 session_ended');
  await eventually(async () => (await validate(bearer, other)) === '401 session_ended');
  expect(await revoke(person)).toBe('404 route_unknown');
});

test('a key revokes itself, and no other key', async () => {
  const person = await signUp(kit.auth);
  const [own, other] = [await createKey(person), await createKey(person)];
  const bearer = await accessTokenOf(kit.auth, own.api_key);
  const revoke = async (keyId: string, apiKey: string) =>
    outcome(await call(kit.auth, `${path}/${keyId}`, { method: 'DELETE', bearer: apiKey }));
  expect(await revoke(other.key_id, own.api_key)).toBe('401 session_ended');
  expect(await exchange(other.api_key)).toBe('200');
  expect(await revoke('self', own.api_key)).toBe('204');
  expect(await validate(bearer)).toBe('401 session_ended');
  expect(await revoke('self', own.api_key)).toBe('401 session_ended');
  const bySession = await call(kit.auth, `${path}/self`, { method: 'DELETE', cookie: person.cookie });
  expect(await outcome(bySession)).toBe('404 route_unknown');
});

test('a key may do what its scopes and its user have in common', async () => {
  const person = await signUp(kit.auth);
  const tooMuch = await call(kit.auth, path, {
    body: { name: 'x', scopes: ['ops:read'] },
    cookie: person.cookie,
  });
  expect(await outcome(tooMuch)).toBe('403 permission_missing');
  await kit.auth.users.setRoles(person.email, ['operator']);
  const reader = await createKey(person, { name: 'reader', scopes: ['ops:read'] });
  expect(decodeJwt(await accessTokenOf(kit.auth, reader.api_key))).toMatchObject({
    permissions: ['ops:read'],
    roles: [],
  });
  await kit.auth.users.setRoles(person.email, ['user']);
  expect(decodeJwt(await accessTokenOf(kit.auth, reader.api_key))).toMatchObject({ permissions: [] });
});

test('a key expires, and is nothing for a deactivated user', async () => {
  const person = await signUp(kit.auth);
  const { api_key } = await createKey(person, { name: 'short', expires_in_days: 1 });
  await kit.auth.users.deactivate(person.email);
  expect(await exchange(api_key)).toBe('403 user_inactive');
  await kit.auth.users.reactivate(person.email);
  expect(await exchange(api_key)).toBe('200');
  nowMs += DAY_MS;
  expect(await exchange(api_key)).toBe('401 session_ended');
});

test('a key makes no keys, a foreign page makes none, and odd requests are malformed', async () => {
  const person = await signUp(kit.auth);
  const { api_key } = await createKey(person);
  const create = async (options: object) =>
    outcome(await call(kit.auth, path, { body: { name: 'x' }, ...options }));
  expect(await create({ bearer: api_key })).toBe('401 session_ended');
  expect(await create({})).toBe('401 credential_missing');
  const foreign = { cookie: person.cookie, headers: { origin: 'https://evil.example.com' } };
  expect(await create(foreign)).toBe('403 origin_not_allowed');
  for (const body of [
    '{',
    {},
    { name: '' },
    { name: 'x', scopes: ['root'] },
    { name: 'x', expires_in_days: 1_000 },
  ]) {
    expect(await create({ body, cookie: person.cookie })).toBe('400 request_malformed');
  }
});

test('a user has at most fifty keys, also when many are asked for at once', async () => {
  const person = await signUp(kit.auth);
  const answers = await Promise.all(
    Array.from({ length: 55 }, async () =>
      outcome(await call(kit.auth, path, { body: { name: 'x' }, cookie: person.cookie })),
    ),
  );
  expect(answers.filter((answer) => answer === '201')).toHaveLength(50);
  expect(answers.filter((answer) => answer === '429 quota_exceeded')).toHaveLength(5);
});

test('making and revoking keys is limited per user and minute, listing is not', async () => {
  const person = await signUp(kit.auth);
  const revoke = async () =>
    outcome(await call(kit.auth, `${path}/key_x`, { method: 'DELETE', cookie: person.cookie }));
  for (let count = 0; count < 60; count++) expect(await revoke()).toBe('404 route_unknown');
  const refused = await call(kit.auth, path, { body: { name: 'x' }, cookie: person.cookie });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await outcome(refused)).toBe('429 rate_limited');
  expect(await revoke()).toBe('429 rate_limited');
  expect((await call(kit.auth, path, { cookie: person.cookie })).status).toBe(200);
  expect((await createKey(await signUp(kit.auth))).scopes).toEqual(['chat']);
  nowMs += 60_000;
  expect(await revoke()).toBe('404 route_unknown');
});

test('no key is in the database, in the audit log or in a line of the log', async () => {
  const { api_key, key_id } = await createKey(await signUp(kit.auth));
  await exchange(api_key);
  await exchange(`${api_key}x`);
  const dump = await dumpOf(kit.pool);
  expect(dump).toContain(key_id);
  expect(dump).not.toContain(api_key.slice(4));
  expect(kit.logged.join('')).not.toContain(api_key.slice(4));
});
