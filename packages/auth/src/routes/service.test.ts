import { directoryUserSchema, serviceTokenResponseSchema } from '@netra/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, ORIGIN, outcome, SERVICE, signUp, startAuth } from '../testing/auth-kit.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

const grant = {
  grant_type: 'client_credentials',
  client_id: SERVICE.serviceId,
  client_secret: SERVICE.serviceSecret,
};
const form = 'application/x-www-form-urlencoded';
const asBasic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

async function serviceToken(): Promise<string> {
  const response = await call(kit.auth, '/auth/service/token', { body: grant });
  return serviceTokenResponseSchema.parse(await response.json()).access_token;
}

test.each([
  ['JSON', { body: grant }],
  ['a form', { body: new URLSearchParams(grant).toString(), headers: { 'content-type': form } }],
  [
    'HTTP Basic',
    {
      body: 'grant_type=client_credentials',
      headers: { 'content-type': form, authorization: asBasic(SERVICE.serviceId, SERVICE.serviceSecret) },
    },
  ],
])('a service gets a token of ten minutes by %s', async (_name, options) => {
  const response = await call(kit.auth, '/auth/service/token', options);
  expect(serviceTokenResponseSchema.parse(await response.json())).toMatchObject({ expires_in: 600 });
});

test('a wrong id or secret is service_credential_invalid, another grant request_malformed', async () => {
  for (const body of [{}, { ...grant, client_secret: 'x' }, { ...grant, client_id: 'x' }]) {
    const response = await call(kit.auth, '/auth/service/token', { body });
    expect(await outcome(response)).toBe('401 service_credential_invalid');
  }
  for (const body of ['{', '"text"', { ...grant, grant_type: 'password' }]) {
    const response = await call(kit.auth, '/auth/service/token', { body });
    expect(await outcome(response)).toBe('400 request_malformed');
  }
});

test('the directory knows users, and says 404 user_unknown of others', async () => {
  const bearer = await serviceToken();
  const { userId } = await kit.auth.createUser({
    email: 'ada@example.com',
    password: 'a long password',
    name: 'Ada',
  });
  const response = await call(kit.auth, `/auth/service/users/${userId}`, { bearer });
  expect(directoryUserSchema.parse(await response.json())).toEqual({
    user_id: userId,
    active: true,
    roles: ['user'],
    permissions: ['chat'],
    name: 'Ada',
    email: 'ada@example.com',
  });
  const unknown = await call(kit.auth, '/auth/service/users/nobody', { bearer });
  expect(unknown.headers.get('www-authenticate')).toBeNull();
  expect(await unknown.json()).toMatchObject({ status: 404, code: 'user_unknown' });
});

test("users' tokens are useless at the directory, and the service's where users' are expected", async () => {
  const { sessionToken } = await signUp(kit.auth);
  const issued = await call(kit.auth, '/auth/token', { method: 'POST', bearer: sessionToken });
  const { access_token: userToken } = (await issued.json()) as { access_token: string };
  const path = '/auth/service/users/nobody';
  expect(await outcome(await call(kit.auth, path, { bearer: userToken }))).toBe('401 token_audience_wrong');
  expect(await outcome(await call(kit.auth, path))).toBe('401 credential_missing');
  const bearer = await serviceToken();
  expect(await outcome(await call(kit.auth, '/auth/validate', { bearer }))).toBe('401 token_audience_wrong');
});

test('the metadata of RFC 8414 names the public addresses', async () => {
  const response = await call(kit.auth, '/.well-known/oauth-authorization-server');
  expect(await response.json()).toMatchObject({
    issuer: ORIGIN,
    jwks_uri: `${ORIGIN}/auth/jwks.json`,
    token_endpoint: `${ORIGIN}/auth/service/token`,
  });
});
