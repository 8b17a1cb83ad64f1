import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, cookieFrom, ORIGIN, outcome, signUp, startAuth } from '../testing/auth-kit.ts';
import { createAuthenticator } from '../testing/authenticator.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

type Authenticator = ReturnType<typeof createAuthenticator>;
const origin = { origin: ORIGIN };

async function register(authenticator: Authenticator, cookie: string): Promise<Response> {
  const options = await call(kit.auth, '/auth/passkey/generate-register-options', { cookie });
  const creation = (await options.json()) as Parameters<Authenticator['create']>[0];
  return call(kit.auth, '/auth/passkey/verify-registration', {
    body: { response: authenticator.create(creation), name: 'Laptop' },
    cookie: `${cookie}; ${cookieFrom(options)}`,
  });
}

async function signIn(authenticator: Authenticator): Promise<Response> {
  const options = await call(kit.auth, '/auth/passkey/generate-authenticate-options', { headers: origin });
  const request = (await options.json()) as Parameters<Authenticator['get']>[0];
  return call(kit.auth, '/auth/passkey/verify-authentication', {
    body: { response: authenticator.get(request) },
    cookie: cookieFrom(options),
  });
}

test('a passkey is added, signs in, is listed and removed', async () => {
  const { email, cookie } = await signUp(kit.auth);
  const authenticator = createAuthenticator(origin);
  const added = await register(authenticator, cookie);
  expect(added.status).toBe(200);
  const { id } = (await added.json()) as { id: string };
  const signedIn = await signIn(authenticator);
  expect(await signedIn.json()).toMatchObject({ user: { email } });
  expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie: cookieFrom(signedIn) }))).toBe(
    '200',
  );
  const listed = await call(kit.auth, '/auth/passkey/list-user-passkeys', { cookie });
  expect(await listed.json()).toMatchObject([{ id, name: 'Laptop' }]);
  expect(await outcome(await call(kit.auth, '/auth/passkey/delete-passkey', { body: { id }, cookie }))).toBe(
    '200',
  );
  expect(await outcome(await signIn(authenticator))).toBe('401 credential_missing');
});

test('a device that does not ask its owner is refused, at registration and at sign-in', async () => {
  const { cookie } = await signUp(kit.auth);
  const careless = createAuthenticator({ ...origin, verifiesUser: false });
  expect(await (await register(careless, cookie)).json()).toMatchObject({
    auth_code: 'PASSKEY_USER_NOT_VERIFIED',
  });
});

test('a passkey of another origin, and one that nobody knows, are refused', async () => {
  const { cookie } = await signUp(kit.auth);
  const foreign = createAuthenticator({ origin: 'https://evil.example' });
  expect((await register(foreign, cookie)).status).toBeGreaterThanOrEqual(400);
  expect(await outcome(await signIn(createAuthenticator(origin)))).toBe('401 credential_missing');
});

test("nobody removes another person's passkey", async () => {
  const [ada, eve] = [await signUp(kit.auth), await signUp(kit.auth)];
  const authenticator = createAuthenticator(origin);
  const { id } = (await (await register(authenticator, ada.cookie)).json()) as { id: string };
  const removed = await call(kit.auth, '/auth/passkey/delete-passkey', { body: { id }, cookie: eve.cookie });
  expect(removed.status).toBeGreaterThanOrEqual(400);
  expect(await outcome(await signIn(authenticator))).toBe('200');
});

test('at an IP address there are no passkeys', async () => {
  const other = await kit.another({ publicUrl: 'http://127.0.0.1:8080' });
  expect(await outcome(await call(other, '/auth/passkey/generate-authenticate-options'))).toBe(
    '404 route_unknown',
  );
});
