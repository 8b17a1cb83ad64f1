import { describe, expect, test } from 'vitest';
import { createNetraAuth, type NetraAuthOptions } from './auth.ts';
import { createManualClock } from './testing/manual-clock.ts';
import { BASE_URL, createScriptedServer, problem } from './testing/scripted-server.ts';

const user = {
  user_id: 'usr_a',
  email: 'ada@example.org',
  name: 'Ada',
  roles: ['user'],
  permissions: ['chat'],
};

function createAuthUnderTest(overrides: Partial<NetraAuthOptions> = {}) {
  const clock = createManualClock();
  const server = createScriptedServer();
  let issued = 0;
  server.route(({ path }) => {
    if (path === '/auth/token') {
      issued += 1;
      return Response.json({ access_token: `token-${issued}`, expires_in: 600, token_type: 'Bearer', user });
    }
    if (path === '/auth/get-session') return Response.json({ session: {}, user: {} });
    if (path.startsWith('/auth/')) {
      return Response.json({}, { headers: { 'set-auth-token': `session after ${path}` } });
    }
    return undefined;
  });
  return {
    auth: createNetraAuth({ url: BASE_URL, fetch: server.fetch, clock, ...overrides }),
    clock,
    server,
  };
}

const credentials = { email: 'ada@example.org', password: 'correct horse battery' };

describe('getToken', () => {
  test('keeps a token until 60 s before it expires', async () => {
    const { auth, clock, server } = createAuthUnderTest();
    expect(await auth.getToken()).toBe('token-1');
    await clock.advance(539_999);
    expect(await auth.getToken()).toBe('token-1');
    await clock.advance(1);
    expect(await auth.getToken()).toBe('token-2');
    expect(server.count('/auth/token')).toBe(2);
  });

  test('shares one request among all who ask at once, forced or not', async () => {
    const { auth, server } = createAuthUnderTest();
    const tokens = await Promise.all([auth.getToken(), auth.getToken({ force: true }), auth.getToken()]);
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(server.count('/auth/token')).toBe(1);
  });

  test('gets a fresh one with force', async () => {
    const { auth } = createAuthUnderTest();
    await auth.getToken();
    expect(await auth.getToken({ force: true })).toBe('token-2');
    expect(await auth.getToken()).toBe('token-2');
  });

  test('does not remember a failure', async () => {
    const { auth, server } = createAuthUnderTest();
    let isDown = true;
    server.route(() => (isDown ? problem('database_unavailable') : undefined));
    await expect(auth.getToken()).rejects.toMatchObject({ code: 'database_unavailable' });
    isDown = false;
    expect(await auth.getToken()).toBe('token-1');
  });
});

describe('a session', () => {
  test('outside a browser is a bearer token that signing out forgets', async () => {
    const { auth, server } = createAuthUnderTest();
    expect(await auth.signIn(credentials)).toEqual({ user });
    expect(server.requests.at(-1)).toMatchObject({
      path: '/auth/token',
      token: 'session after /auth/sign-in/email',
    });
    expect(server.requests[0]?.headers.get('origin')).toBe(BASE_URL);
    await auth.signOut();
    server.route(() => problem('credential_missing'));
    await expect(auth.getToken()).rejects.toMatchObject({
      code: 'credential_missing',
      retry: { advice: 'sign_in' },
    });
    expect(server.requests.at(-1)?.token).toBeUndefined();
  });

  test('in a browser is a cookie, and no script sees a session token', async () => {
    const { auth, server } = createAuthUnderTest({ session: 'cookie' });
    await auth.redeemLink('one-time');
    expect(server.requests[0]).toMatchObject({
      path: '/auth/one-time-token/verify',
      body: { token: 'one-time' },
    });
    expect(server.requests.every(({ token }) => token === undefined)).toBe(true);
  });

  test('that does not exist is undefined', async () => {
    const { auth, server } = createAuthUnderTest();
    server.route(({ path }) => (path === '/auth/get-session' ? Response.json(null) : undefined));
    expect(await auth.getSession()).toBeUndefined();
  });

  test('of another user does not get the token of the one before', async () => {
    const { auth } = createAuthUnderTest();
    await auth.getToken();
    await auth.signIn(credentials);
    expect(await auth.getToken()).toBe('token-2');
  });
});

test('a refused sign-in keeps the words of the problem and the code of the identity library', async () => {
  const { auth, server } = createAuthUnderTest();
  server.route(() =>
    problem('credential_missing', { extra: { auth_code: 'INVALID_EMAIL_OR_PASSWORD', detail: 'Wrong.' } }),
  );
  await expect(auth.signIn(credentials)).rejects.toMatchObject({
    code: 'credential_missing',
    authCode: 'INVALID_EMAIL_OR_PASSWORD',
    detail: 'Wrong.',
    status: 401,
    attemptId: 'att_9',
  });
});

describe('what may stand between a right password and a session', () => {
  test('is a second factor, which then opens it', async () => {
    const { auth, server } = createAuthUnderTest();
    server.route(({ path }) =>
      path === '/auth/sign-in/email'
        ? Response.json({ twoFactorRedirect: true, twoFactorMethods: ['totp'] })
        : undefined,
    );
    await expect(auth.signIn(credentials)).rejects.toMatchObject({ authCode: 'SECOND_FACTOR_REQUIRED' });
    expect(server.count('/auth/token')).toBe(0);
    expect(await auth.verifySecondFactor({ method: 'recovery_code', code: 'abcde-12345' })).toEqual({ user });
    expect(server.requests.at(-2)).toMatchObject({
      path: '/auth/two-factor/verify-backup-code',
      body: { code: 'abcde-12345' },
    });
  });

  test('is a mail, when the address must be confirmed first', async () => {
    const { auth, server } = createAuthUnderTest();
    server.route(({ path }) =>
      path === '/auth/sign-up/email' ? Response.json({ token: null, user: {} }) : undefined,
    );
    const account = { ...credentials, name: 'Ada', confirmedPath: '/sign-in' };
    await expect(auth.signUp(account)).rejects.toMatchObject({ authCode: 'EMAIL_NOT_VERIFIED' });
    expect(server.requests[0]?.body).toEqual({ ...credentials, name: 'Ada', callbackURL: '/sign-in' });
    expect(server.count('/auth/token')).toBe(0);
  });
});

test('the ways to sign in are read from what the server offers', async () => {
  const { auth, server } = createAuthUnderTest();
  const providers = [{ id: 'corp', name: 'Corp' }];
  server.route(() =>
    Response.json({ password: true, sign_up: false, password_reset: true, passkeys: true, providers }),
  );
  expect(await auth.signInOptions()).toEqual({
    signUp: false,
    passwordReset: true,
    passkeys: true,
    providers,
  });
  server.route(() => Response.json({ hello: 'from a proxy' }));
  await expect(auth.signInOptions()).rejects.toMatchObject({ code: 'response_unreadable' });
});

test('another service is only ever a web address', async () => {
  const { auth, server } = createAuthUnderTest();
  let url = 'https://corp.example/authorize?state=1';
  server.route(() => Response.json({ url, redirect: false }));
  const begin = () => auth.signInWith('corp', { returnPath: '/', errorPath: '/sign-in' });
  expect(await begin()).toBe(url);
  url = 'javascript:alert(1)';
  await expect(begin()).rejects.toMatchObject({ code: 'response_unreadable' });
});
