import { problemSchema } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AuthKit,
  call,
  cookieFrom,
  ORIGIN,
  outcome,
  PASSWORD,
  signUp,
  startAuth,
} from '../testing/auth-kit.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

describe('e-mail and password', () => {
  test('sign-up signs in: a cookie for browsers, a header for others', async () => {
    const response = await call(kit.auth, '/auth/sign-up/email', {
      body: { email: 'Ada@Example.com', password: PASSWORD, name: 'Ada' },
      headers: { origin: ORIGIN },
    });
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()[0]).toMatch(/^netra\.session_token=.+; HttpOnly; SameSite=Lax$/);
    expect(response.headers.get('set-auth-token')).toBeTruthy();
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-expose-headers')).toContain('set-auth-token');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('a person who signed up signs in again and has a session', async () => {
    const { email } = await signUp(kit.auth);
    const response = await call(kit.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } });
    expect(response.status).toBe(200);
    const session = await call(kit.auth, '/auth/get-session', { cookie: cookieFrom(response) });
    expect(await session.json()).toMatchObject({ user: { email, role: 'user', active: true } });
  });

  test('a client cannot choose its role, at sign-up or later', async () => {
    const body = {
      email: 'mallory@example.com',
      password: PASSWORD,
      name: 'M',
      role: 'operator',
      active: false,
    };
    const response = await call(kit.auth, '/auth/sign-up/email', { body });
    const cookie = cookieFrom(response);
    await call(kit.auth, '/auth/update-user', { body: { role: 'operator', name: 'M' }, cookie });
    const { rows } = await kit.pool.query('select role, active from "user" where email = $1', [body.email]);
    expect(rows).toEqual([{ role: 'user', active: true }]);
  });

  test.each([
    ['a short password', { email: 'a@example.com', password: 'short', name: 'A' }, 'PASSWORD_TOO_SHORT'],
    ['no e-mail address', { email: 'nobody', password: PASSWORD, name: 'A' }, 'VALIDATION_ERROR'],
  ])('%s is request_malformed and says what is wrong', async (_name, body, authCode) => {
    const response = await call(kit.auth, '/auth/sign-up/email', { body });
    expect(response.status).toBe(400);
    const problem = await response.json();
    expect(problemSchema.parse(problem).code).toBe('request_malformed');
    expect(problem).toMatchObject({ auth_code: authCode });
  });

  test('an address that is taken is request_malformed with the code of the library', async () => {
    const { email } = await signUp(kit.auth);
    const response = await call(kit.auth, '/auth/sign-up/email', {
      body: { email, password: PASSWORD, name: 'B' },
    });
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'request_malformed',
      auth_code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
    });
  });

  test('a wrong password and an unknown address get the same answer', async () => {
    const { email } = await signUp(kit.auth);
    const answers = await Promise.all(
      [email, 'nobody@example.com'].map((address) =>
        call(kit.auth, '/auth/sign-in/email', { body: { email: address, password: 'wrong wrong wrong' } }),
      ),
    );
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()));
    expect(first).toMatchObject({
      status: 401,
      code: 'credential_missing',
      auth_code: 'INVALID_EMAIL_OR_PASSWORD',
    });
    expect({ ...second, attempt_id: '' }).toEqual({ ...first, attempt_id: '' });
    expect(answers[0]?.headers.get('netra-attempt-id')).toBe(first.attempt_id);
  });

  test('a deactivated person cannot sign in, and an open session is refused', async () => {
    const person = await signUp(kit.auth);
    await kit.pool.query('update "user" set active = false where email = $1', [person.email]);
    const { cookie, email } = person;
    const signIn = await call(kit.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } });
    expect(await outcome(signIn)).toBe('403 user_inactive');
    expect(await outcome(await call(kit.auth, '/auth/get-session', { cookie }))).toBe('403 user_inactive');
    expect(await outcome(await call(kit.auth, '/auth/token', { method: 'POST', cookie }))).toBe(
      '403 user_inactive',
    );
    expect(await outcome(await call(kit.auth, '/auth/sign-out', { body: {}, cookie }))).toBe('200');
  });
});

describe('the edges', () => {
  test('a route that does not exist is route_unknown, a wrong method names the right ones', async () => {
    expect(await outcome(await call(kit.auth, '/auth/nothing'))).toBe('404 route_unknown');
    expect(await outcome(await call(kit.auth, '/auth/'))).toBe('404 route_unknown');
    expect(await outcome(await call(kit.auth, '/auth/sign-in'))).toBe('404 route_unknown');
    for (const [path, allow] of [
      ['/auth/sign-in/email', 'POST'],
      ['/auth/token', 'POST'],
      ['/auth/service/token', 'POST'],
    ] as const) {
      const response = await call(kit.auth, path);
      expect(response.headers.get('allow')).toBe(allow);
      expect(await outcome(response)).toBe('405 method_not_allowed');
    }
    expect(await outcome(await call(kit.auth, '/auth/jwks.json', { body: {} }))).toBe(
      '405 method_not_allowed',
    );
  });

  test('a cookie from a foreign page is origin_not_allowed, and gets no CORS', async () => {
    const { cookie } = await signUp(kit.auth);
    for (const origin of ['https://evil.example', 'http://localhost:8081', 'null']) {
      const signOut = await call(kit.auth, '/auth/sign-out', { body: {}, cookie, headers: { origin } });
      expect(signOut.headers.get('access-control-allow-origin')).toBeNull();
      expect(await outcome(signOut)).toBe('403 origin_not_allowed');
      const token = await call(kit.auth, '/auth/token', { body: {}, cookie, headers: { origin } });
      expect(await outcome(token)).toBe('403 origin_not_allowed');
    }
    const headers = { origin: 'http://127.0.0.1:8080' };
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie, headers }))).toBe('200');
  });

  test('a foreign page cannot sign a visitor in', async () => {
    const { email } = await signUp(kit.auth);
    const body = { email, password: PASSWORD };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'https://evil.example', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' },
    ]) {
      const response = await call(kit.auth, '/auth/sign-in/email', { body, headers });
      expect(await outcome(response)).toBe('403 origin_not_allowed');
    }
  });

  test('a preflight from an allowed page is answered', async () => {
    const response = await call(kit.auth, '/auth/token', {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
  });

  test('bodies that are not JSON, or too large, are refused with a code', async () => {
    expect(await outcome(await call(kit.auth, '/auth/sign-in/email', { body: '{"email":' }))).toBe(
      '400 request_malformed',
    );
    const body = { email: 'a@example.com', password: 'x'.repeat(300_000) };
    expect(await outcome(await call(kit.auth, '/auth/sign-in/email', { body }))).toBe('413 body_too_large');
  });

  test('a database that is away is database_unavailable, never a bare 500', async () => {
    const other = await startAuth();
    const { cookie, sessionToken, email } = await signUp(other.auth);
    expect((await other.auth.checks())[0]?.ok).toBe(true);
    await other.stop();
    const answers = [
      await call(other.auth, '/auth/token', { body: {}, bearer: sessionToken }),
      await call(other.auth, '/auth/get-session', { cookie }),
      await call(other.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } }),
    ];
    for (const answer of answers) expect(await outcome(answer)).toBe('503 database_unavailable');
    expect((await other.auth.checks())[0]?.ok).toBe(false);
  });

  test('nothing secret was logged', () => {
    const lines = kit.logged.join('');
    expect(lines).toContain('"code":"origin_not_allowed"');
    expect(lines).not.toContain(PASSWORD);
    expect(lines).not.toMatch(/session_token|eyJ|Bearer /);
  });
});
