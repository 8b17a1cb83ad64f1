import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, cookieFrom, outcome, PASSWORD, signUp, startAuth } from '../testing/auth-kit.ts';
import { totpCode } from '../testing/totp.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

const signIn = (email: string) =>
  call(kit.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } });
const post = (path: string, body: object, cookie: string) => call(kit.auth, `/auth${path}`, { body, cookie });

interface Enrolment {
  email: string;
  uri: string;
  recoveryCodes: string[];
  cookie: string;
}

async function enrol(): Promise<Enrolment> {
  const { email, cookie } = await signUp(kit.auth);
  const enabled = await post('/two-factor/enable', { password: PASSWORD }, cookie);
  const { totpURI: uri, backupCodes: recoveryCodes } = (await enabled.json()) as {
    totpURI: string;
    backupCodes: string[];
  };
  // Until a code was shown to work, the account is as it was: nobody is locked out by half a set-up.
  expect(await outcome(await signIn(email))).toBe('200');
  const verified = await post('/two-factor/verify-totp', { code: totpCode(uri) }, cookie);
  expect(verified.status).toBe(200);
  return { email, uri, recoveryCodes, cookie: cookieFrom(verified) };
}

test('a second factor is set up, asked for, shown, and removed', async () => {
  const { email, uri } = await enrol();
  const first = await signIn(email);
  expect(await first.json()).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] });
  expect(first.headers.get('set-auth-token')).toBeNull();
  const challenge = cookieFrom(first);
  expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie: challenge }))).toBe(
    '401 credential_missing',
  );
  const wrong = await post('/two-factor/verify-totp', { code: '000000' }, challenge);
  expect(await wrong.json()).toMatchObject({
    status: 401,
    code: 'credential_missing',
    auth_code: 'INVALID_CODE',
  });
  const right = await post('/two-factor/verify-totp', { code: totpCode(uri) }, challenge);
  const cookie = cookieFrom(right);
  expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie }))).toBe('200');
  expect(await outcome(await post('/two-factor/verify-totp', { code: totpCode(uri) }, challenge))).toBe(
    '401 credential_missing',
  );
  const wrongPassword = await post('/two-factor/disable', { password: 'not this one' }, cookie);
  expect(await wrongPassword.json()).toMatchObject({ auth_code: 'INVALID_PASSWORD' });
  expect(await outcome(await post('/two-factor/disable', { password: PASSWORD }, cookie))).toBe('200');
  expect(await (await signIn(email)).json()).toMatchObject({ user: { email } });
});

test('a recovery code opens once, and the secret is readable nowhere in the database', async () => {
  const { email, recoveryCodes, uri } = await enrol();
  const code = recoveryCodes[0] ?? '';
  expect(recoveryCodes).toHaveLength(10);
  const use = async () => post('/two-factor/verify-backup-code', { code }, cookieFrom(await signIn(email)));
  expect(await outcome(await use())).toBe('200');
  expect(await (await use()).json()).toMatchObject({ auth_code: 'INVALID_BACKUP_CODE' });
  const { rows } = await kit.pool.query(`select "twoFactor"::text as row from "twoFactor"`);
  const stored = JSON.stringify(rows);
  expect(stored).not.toContain(code);
  expect(stored).not.toContain(new URL(uri).searchParams.get('secret'));
});

test('guessing codes ends the challenge after five, and locks the second factor after ten', async () => {
  const { email, uri } = await enrol();
  const codes: string[] = [];
  for (let challenge = 0; challenge < 2; challenge += 1) {
    const cookie = cookieFrom(await signIn(email));
    for (let guess = 0; guess < 6; guess += 1) {
      const code = `00000${challenge}${guess}`.slice(-6);
      const answer = await post('/two-factor/verify-totp', { code }, cookie);
      codes.push(((await answer.json()) as { auth_code: string }).auth_code);
    }
  }
  expect(codes.slice(0, 6)).toEqual([...Array(5).fill('INVALID_CODE'), 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE']);
  const locked = await post(
    '/two-factor/verify-totp',
    { code: totpCode(uri) },
    cookieFrom(await signIn(email)),
  );
  expect(await locked.json()).toMatchObject({
    code: 'rate_limited',
    auth_code: 'ACCOUNT_TEMPORARILY_LOCKED',
  });
});

test('of forty guesses at once, each at a challenge of its own, ten are looked at', async () => {
  const { email } = await enrol();
  const challenges: string[] = [];
  for (let at = 0; at < 40; at += 1) challenges.push(cookieFrom(await signIn(email)));
  const answers = await Promise.all(
    challenges.map((cookie, at) =>
      post('/two-factor/verify-totp', { code: String(at).padStart(6, '0') }, cookie),
    ),
  );
  const codes = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { auth_code?: string }).auth_code),
  );
  expect(codes.filter((code) => code === 'INVALID_CODE')).toHaveLength(10);
});

test('a right code sets the count of guesses back', async () => {
  const { email, recoveryCodes } = await enrol();
  for (let at = 0; at < 3; at += 1) {
    for (let guess = 0; guess < 4; guess += 1)
      await post('/two-factor/verify-totp', { code: `99990${guess}` }, cookieFrom(await signIn(email)));
    const code = recoveryCodes[at] ?? '';
    const right = await post('/two-factor/verify-backup-code', { code }, cookieFrom(await signIn(email)));
    expect(await outcome(right)).toBe('200');
  }
});

test('what happened to the second factor is in the audit log, without codes', async () => {
  const { email, recoveryCodes } = await enrol();
  const { rows: users } = await kit.pool.query('select id from "user" where email = $1', [email]);
  await post('/two-factor/verify-totp', { code: '000000' }, cookieFrom(await signIn(email)));
  const code = recoveryCodes[1] ?? '';
  await post('/two-factor/verify-backup-code', { code }, cookieFrom(await signIn(email)));
  const { rows } = await kit.pool.query(
    'select action, details from audit_events where user_id = $1 order by id',
    [users[0]?.id],
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'sign_up',
    'sign_in',
    'session_ended',
    'two_factor_enabled',
    'two_factor_failed',
    'sign_in',
  ]);
  expect(rows.at(-1)?.details).toMatchObject({ method: 'password and recovery code' });
  expect(JSON.stringify(rows)).not.toContain(code);
});

test('a code that signed in once signs nobody in again', async () => {
  const { email, uri } = await enrol();
  const code = totpCode(uri);
  const use = async () => post('/two-factor/verify-totp', { code }, cookieFrom(await signIn(email)));
  expect(await outcome(await use())).toBe('200');
  expect(await (await use()).json()).toMatchObject({ status: 401, auth_code: 'INVALID_CODE' });
});
