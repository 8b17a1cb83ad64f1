import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AuthKit,
  call,
  cookieFrom,
  outcome,
  PASSWORD,
  type Person,
  signUp,
  startAuth,
} from '../testing/auth-kit.ts';
import { accessTokenOf } from '../testing/tokens.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

const NEW_PASSWORD = 'another horse, another battery';
const post = (path: string, body: object, cookie: string) => call(kit.auth, `/auth${path}`, { body, cookie });
const validity = async (bearer: string) => outcome(await call(kit.auth, '/auth/validate', { bearer }));

interface Device {
  cookie: string;
  token: string;
}

/** The same person on one more device, with an access token there. */
async function device({ email }: Person): Promise<Device> {
  const signedIn = await call(kit.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } });
  const token = await accessTokenOf(kit.auth, signedIn.headers.get('set-auth-token') ?? '');
  return { cookie: cookieFrom(signedIn), token };
}

test('signing out ends the access tokens of that session, and of no other', async () => {
  const person = await signUp(kit.auth);
  const [phone, laptop] = [await device(person), await device(person)];
  expect(await outcome(await post('/sign-out', {}, phone.cookie))).toBe('200');
  expect(await validity(phone.token)).toBe('401 session_ended');
  expect(await validity(laptop.token)).toBe('200');
});

test('a sign-out that cannot end the session says so, and leaves the cookie to try again', async () => {
  const person = await signUp(kit.auth);
  const phone = await device(person);
  await kit.pool.query(`create function refuse_delete() returns trigger language plpgsql as
    $$ begin raise exception 'the session cannot be deleted'; end $$`);
  await kit.pool.query(
    'create trigger refuse_delete before delete on session for each row execute function refuse_delete()',
  );
  const failed = await post('/sign-out', {}, phone.cookie);
  await kit.pool.query('drop trigger refuse_delete on session');
  expect(failed.headers.getSetCookie()).toEqual([]);
  expect(await outcome(failed)).toBe('500 internal_error');
  expect(await outcome(await post('/sign-out', {}, phone.cookie))).toBe('200');
  expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie: phone.cookie }))).toBe(
    '401 session_ended',
  );
});

test('a session token without its signature is no credential: the database and lists hold it so', async () => {
  const { sessionToken } = await signUp(kit.auth);
  const [unsigned = ''] = sessionToken.split('.');
  expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, bearer: sessionToken }))).toBe('200');
  expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, bearer: unsigned }))).toBe(
    '401 session_ended',
  );
  const session = await call(kit.auth, '/auth/get-session', { bearer: unsigned });
  expect(await session.json()).toBeNull();
});

test('sessions are listed, and one or all others can be ended from afar', async () => {
  const person = await signUp(kit.auth);
  const [phone, laptop, lost] = [await device(person), await device(person), await device(person)];
  const listed = await call(kit.auth, '/auth/list-sessions', { cookie: laptop.cookie });
  const sessions = (await listed.json()) as { id: string; token: string }[];
  expect(sessions).toHaveLength(4);
  const lostSession = sessions.find(({ token }) => lost.cookie.includes(token));
  expect(await outcome(await post('/revoke-session', { token: lostSession?.token }, laptop.cookie))).toBe(
    '200',
  );
  expect(await validity(lost.token)).toBe('401 session_ended');
  expect(await validity(phone.token)).toBe('200');
  expect(await outcome(await post('/revoke-other-sessions', {}, laptop.cookie))).toBe('200');
  expect(await validity(phone.token)).toBe('401 session_ended');
  expect(await validity(laptop.token)).toBe('200');
});

test("nobody ends another person's session", async () => {
  const [ada, eve] = [await signUp(kit.auth), await signUp(kit.auth)];
  const own = await device(ada);
  const token = decodeURIComponent(own.cookie.split('=')[1] ?? '').split('.')[0];
  await post('/revoke-session', { token }, eve.cookie);
  expect(await validity(own.token)).toBe('200');
});

test('a change of password ends the other sessions, and leaves this one and its tokens alone', async () => {
  const person = await signUp(kit.auth);
  const [here, there] = [await device(person), await device(person)];
  const change = (currentPassword: string, newPassword: string) =>
    post('/change-password', { currentPassword, newPassword, revokeOtherSessions: true }, here.cookie);
  expect(await (await change('not this one', NEW_PASSWORD)).json()).toMatchObject({
    auth_code: 'INVALID_PASSWORD',
  });
  expect(await (await change(PASSWORD, 'Password123')).json()).toMatchObject({
    auth_code: 'PASSWORD_COMPROMISED',
  });
  expect(await validity(there.token)).toBe('200');
  expect(await outcome(await change(PASSWORD, NEW_PASSWORD))).toBe('200');
  expect(await validity(there.token)).toBe('401 session_ended');
  expect(await validity(here.token)).toBe('200');
  expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie: here.cookie }))).toBe('200');
});

test('the export holds what is kept about a person, and nothing that lets somebody act as them', async () => {
  const person = await signUp(kit.auth);
  const { token, cookie } = await device(person);
  const answer = await call(kit.auth, '/auth/account/export', { bearer: token });
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({
    user: { email: person.email, role: 'user' },
    sessions: [{ session_id: expect.any(String) }, {}],
    accounts: [{ provider: 'credential' }],
    passkeys: [],
    events: [{ action: 'sign_in' }, { action: 'sign_up' }],
  });
  expect(text).not.toContain('argon2');
  expect(text).not.toContain(decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0]);
  expect(await outcome(await call(kit.auth, '/auth/account/export'))).toBe('401 credential_missing');
});

test('an API key exports nothing, whatever it may do', async () => {
  const person = await signUp(kit.auth);
  const created = await post('/api-keys', { name: 'ci' }, person.cookie);
  const { api_key } = (await created.json()) as { api_key: string };
  const bearer = await accessTokenOf(kit.auth, api_key);
  expect(await validity(bearer)).toBe('200');
  expect(await outcome(await call(kit.auth, '/auth/account/export', { bearer }))).toBe(
    '403 permission_missing',
  );
});

test('an account that has a password is not deleted without it, whichever way the session is shown', async () => {
  const person = await signUp(kit.auth);
  const answer = await call(kit.auth, '/auth/delete-user', { body: {}, bearer: person.sessionToken });
  expect(await answer.json()).toMatchObject({ status: 400, auth_code: 'INVALID_PASSWORD' });
});

test('a change of password by bearer ends the other sessions, too', async () => {
  const person = await signUp(kit.auth);
  const there = await device(person);
  const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const changed = await call(kit.auth, '/auth/change-password', { body, bearer: person.sessionToken });
  expect(await outcome(changed)).toBe('200');
  expect(await validity(there.token)).toBe('401 session_ended');
});

test('an account is deleted with its password; its tokens end, the record of it stays', async () => {
  const person = await signUp(kit.auth);
  const { token, cookie } = await device(person);
  const wrong = await post('/delete-user', { password: 'not this one' }, cookie);
  expect(await wrong.json()).toMatchObject({ auth_code: 'INVALID_PASSWORD' });
  const without = await post('/delete-user', {}, cookie);
  expect(await without.json()).toMatchObject({ status: 400, auth_code: 'INVALID_PASSWORD' });
  expect(await outcome(await post('/delete-user', { password: PASSWORD }, cookie))).toBe('200');
  expect(await validity(token)).toMatch(/^401 (user_unknown|session_ended)$/);
  const body = { email: person.email, password: PASSWORD };
  expect(await outcome(await call(kit.auth, '/auth/sign-in/email', { body }))).toBe('401 credential_missing');
  const { rows } = await kit.pool.query(
    `select a.action from audit_events a left join "user" u on u.id = a.user_id
      where u.id is null and a.user_id is not null order by a.id desc limit 1`,
  );
  expect(rows).toEqual([{ action: 'user_deleted' }]);
});
