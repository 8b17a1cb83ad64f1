import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, cookieFrom, ORIGIN, signUp, startAuth } from '../testing/auth-kit.ts';
import { type OidcPerson, type OidcServer, startOidcServer } from '../testing/oidc-server.ts';

let oidc: OidcServer;
let kit: AuthKit;
beforeAll(async () => {
  oidc = await startOidcServer(`${ORIGIN}/auth/callback/corp`);
  kit = await startAuth({ identity: { providers: [oidc.provider] } });
});
afterAll(async () => {
  await kit.stop();
  await oidc.stop();
});

const ada: OidcPerson = { sub: 'ada-1', email: 'ada@corp.example', email_verified: true, name: 'Ada' };

async function begin(): Promise<{ url: string; cookie: string }> {
  const body = { provider: 'corp', callbackURL: '/welcome', errorCallbackURL: '/sign-in' };
  const response = await call(kit.auth, '/auth/sign-in/social', { body, headers: { origin: ORIGIN } });
  const { url } = (await response.json()) as { url: string };
  return { url, cookie: cookieFrom(response) };
}

async function signInAs(person: OidcPerson): Promise<Response> {
  const { url, cookie } = await begin();
  const back = await oidc.signIn(url, person);
  return call(kit.auth, back.pathname + back.search, { cookie });
}

test('a person of the provider signs in with PKCE, and gets an account with no rights but to chat', async () => {
  const response = await signInAs(ada);
  expect(response.headers.get('location')).toBe('/welcome');
  const token = await call(kit.auth, '/auth/token', { body: {}, cookie: cookieFrom(response) });
  expect(await token.json()).toMatchObject({ user: { email: ada.email, name: 'Ada', roles: ['user'] } });
  const asked = oidc.authorizations.at(-1);
  expect(asked?.get('code_challenge_method')).toBe('S256');
  expect(asked?.get('scope')).toBe('openid email profile');
  expect(asked?.get('state')).toMatch(/.{20,}/);
});

test('the second sign-in is the same user, and no token of the provider is kept', async () => {
  await signInAs(ada);
  await signInAs({ ...ada, email: 'renamed@corp.example' });
  const { rows } = await kit.pool.query(
    `select "userId", "accountId", "accessToken", "refreshToken", "idToken" from account where "providerId" = 'corp'`,
  );
  expect(rows).toEqual([
    { userId: expect.any(String), accountId: 'ada-1', accessToken: null, refreshToken: null, idToken: null },
  ]);
});

test('an address that somebody signed up with, and never confirmed, is not handed over', async () => {
  const { email } = await signUp(kit.auth);
  const response = await signInAs({ sub: 'eve-1', email, email_verified: true, name: 'Eve' });
  expect(response.headers.get('location')).toBe('/sign-in?error=account_not_linked');
  expect(response.headers.getSetCookie().join()).not.toContain('session_token=e');
});

test('an address that the provider did not confirm opens no account that there is', async () => {
  const { userId } = await kit.auth.createUser({ email: 'bob@corp.example', name: 'Bob' });
  const claim = { sub: 'mallory-1', email: 'bob@corp.example', email_verified: false, name: 'M' };
  expect((await signInAs(claim)).headers.get('location')).toBe('/sign-in?error=account_not_linked');
  const linked = await signInAs({ ...claim, sub: 'bob-1', email_verified: true });
  const session = await call(kit.auth, '/auth/get-session', { cookie: cookieFrom(linked) });
  expect(await session.json()).toMatchObject({ user: { id: userId } });
});

test('an address that the provider did not confirm opens no new account either', async () => {
  const claim = { sub: 'mallory-2', email: 'victim@corp.example', email_verified: false, name: 'M' };
  const response = await signInAs(claim);
  expect(response.headers.get('location')).toContain('error=');
  expect(response.headers.getSetCookie().join()).not.toContain('session_token=e');
  const { rows } = await kit.pool.query(`select 1 from "user" where email = 'victim@corp.example'`);
  expect(rows).toEqual([]);
});

test('a deactivated user does not get in by the provider', async () => {
  await signInAs({ ...ada, sub: 'off-1', email: 'off@corp.example' });
  await kit.auth.users.deactivate('off@corp.example');
  const response = await signInAs({ ...ada, sub: 'off-1', email: 'off@corp.example' });
  expect(response.headers.get('location')).toMatch(/^\/sign-in\?error=USER_INACTIVE/);
  expect(response.headers.getSetCookie().join()).not.toContain('session_token=e');
});

test('a name of the provider is brought into the form of names', async () => {
  for (const [sub, name, stored] of [
    ['odd-1', 'O\u0000d\nd\ud800', 'O d d'],
    ['odd-2', '🙂'.repeat(101), '🙂'.repeat(100)],
    ['odd-3', ' \n', 'odd-3@corp.example'],
  ] as const) {
    const response = await signInAs({ ...ada, sub, name, email: `${sub}@corp.example` });
    const session = await call(kit.auth, '/auth/get-session', { cookie: cookieFrom(response) });
    expect(await session.json()).toMatchObject({ user: { name: stored } });
  }
});

test('a provider opens no account under .invalid', async () => {
  const response = await signInAs({ ...ada, sub: 'e2e-1', email: 'staging-e2e-user-001@e2e.invalid' });
  expect(response.headers.get('location')).toContain('error=');
  const { rows } = await kit.pool.query(`select 1 from "user" where email like '%.invalid'`);
  expect(rows).toEqual([]);
});

test('a callback with another state, another browser or a used code opens nothing', async () => {
  const { url, cookie } = await begin();
  const back = await oidc.signIn(url, ada);
  const path = back.pathname + back.search;
  const foreign = await call(kit.auth, path);
  expect(foreign.headers.get('location')).toContain('error=');
  const forged = await call(kit.auth, path.replace(/state=[^&]+/, 'state=invented'), { cookie });
  expect(forged.headers.get('location')).toContain('error=');
  const again = await signInAs(ada);
  expect(again.headers.get('location')).toBe('/welcome');
});

test('a provider that is down leaves everything else as it was, and its users get an error that says so', async () => {
  const down = { ...oidc.provider, token_url: 'http://127.0.0.1:1/token' };
  const other = await kit.another({ identity: { providers: [down] } });
  const { email } = await signUp(other);
  expect(email).toBeTruthy();
  const body = { provider: 'corp', callbackURL: '/welcome', errorCallbackURL: '/sign-in' };
  const started = await call(other, '/auth/sign-in/social', { body, headers: { origin: ORIGIN } });
  const back = await oidc.signIn(((await started.json()) as { url: string }).url, ada);
  const answer = await call(other, back.pathname + back.search, { cookie: cookieFrom(started) });
  expect(answer.headers.get('location')).toBe('/sign-in?error=invalid_code');
});

test('a provider that is not configured is unknown', async () => {
  const body = { provider: 'google', callbackURL: '/' };
  const response = await call(kit.auth, '/auth/sign-in/social', { body });
  expect(await response.json()).toMatchObject({ status: 404, auth_code: 'PROVIDER_NOT_FOUND' });
  const offered = await call(kit.auth, '/auth/sign-in-options');
  expect(await offered.json()).toMatchObject({ providers: [{ id: 'corp', name: 'Corp' }] });
});

test('no code, state or secret of a provider is in any log', () => {
  const log = kit.logged.join('');
  expect(log).not.toContain(oidc.provider.client_secret);
  for (const asked of oidc.authorizations) expect(log).not.toContain(asked.get('state'));
});
