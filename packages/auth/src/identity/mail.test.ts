import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mail } from '../mail/mail.ts';
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
import { dumpOf } from '../testing/dump.ts';
import { linkIn, type MailServer, startMailServer } from '../testing/mail-server.ts';
import { MAILS_TO_ONE_ADDRESS } from './identity-mails.ts';

let mails: MailServer;
let kit: AuthKit;
beforeAll(async () => {
  mails = await startMailServer();
  const mail = { smtpUrl: mails.url, from: 'Netra <netra@example.com>' };
  kit = await startAuth({ environment: 'staging', identity: { mail } });
});
afterAll(async () => {
  await kit.stop();
  await mails.stop();
});

const NEW_PASSWORD = 'another horse, another battery';
const signIn = (email: string, password = PASSWORD) =>
  call(kit.auth, '/auth/sign-in/email', { body: { email, password } });
const pathOf = (link: string) => link.slice(ORIGIN.length);

let addresses = 0;

/** One address may sign up ten times a minute, and have a password reset five times. */
function newAddress(): string {
  addresses += 1;
  return `203.0.113.${addresses}`;
}

async function signUpBy(email: string): Promise<Response> {
  const body = { email, password: PASSWORD, name: 'Ada' };
  return call(kit.auth, '/auth/sign-up/email', { body, from: newAddress() });
}

async function confirmed(email: string): Promise<string> {
  await signUpBy(email);
  await call(kit.auth, pathOf(linkIn(await mails.mailTo(email))));
  return cookieFrom(await signIn(email));
}

async function resetToken(email: string, count: number): Promise<string> {
  await call(kit.auth, '/auth/request-password-reset', { body: { email }, from: newAddress() });
  const link = new URL(linkIn(await mails.mailTo(email, count)));
  expect(link.origin + link.pathname).toBe(`${ORIGIN}/reset-password`);
  return link.hash.slice(1);
}

describe('outside development', () => {
  test('nobody signs in before the link of the mail was followed', async () => {
    const email = 'ada@example.com';
    const signedUp = await signUpBy(email);
    expect(signedUp.headers.getSetCookie()).toEqual([]);
    const early = await signIn(email);
    expect(await early.json()).toMatchObject({ status: 403, auth_code: 'EMAIL_NOT_VERIFIED' });
    const link = linkIn(await mails.mailTo(email));
    const followed = await call(kit.auth, pathOf(link));
    expect(followed.headers.get('location')).toBe('/');
    expect(followed.headers.getSetCookie()).toEqual([]);
    expect(await outcome(await signIn(email))).toBe('200');
  });

  test('a sign-up with an address that is taken answers like any other, and tells only its owner', async () => {
    const email = 'taken@example.com';
    await confirmed(email);
    const answers = await Promise.all([signUpBy(email), signUpBy('free@example.com')]);
    const [taken, free] = await Promise.all(answers.map((answer) => answer.json()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(Object.keys(taken.user).toSorted()).toEqual(Object.keys(free.user).toSorted());
    expect({ ...taken.user, id: '', email: '', createdAt: '', updatedAt: '' }).toEqual({
      ...free.user,
      id: '',
      email: '',
      createdAt: '',
      updatedAt: '',
    });
    expect(await mails.mailTo(email, 2)).toContain('You have an account already');
  });

  test('a password is reset by mail once; every session and API key ends, and a lock is lifted', async () => {
    const email = 'reset@example.com';
    const cookie = await confirmed(email);
    const made = await call(kit.auth, '/auth/api-keys', { cookie, body: { name: 'of a thief' } });
    const { api_key: apiKey } = (await made.json()) as { api_key: string };
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, bearer: apiKey }))).toBe('200');
    const token = await resetToken(email, 2);
    const reset = (newPassword: string) =>
      call(kit.auth, '/auth/reset-password', { body: { token, newPassword } });
    expect(await (await reset('password1')).json()).toMatchObject({ auth_code: 'PASSWORD_COMPROMISED' });
    expect(await outcome(await reset(NEW_PASSWORD))).toBe('200');
    expect(await (await reset(NEW_PASSWORD)).json()).toMatchObject({ auth_code: 'INVALID_TOKEN' });
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie }))).toBe(
      '401 session_ended',
    );
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, bearer: apiKey }))).toMatch(/^401 /);
    expect(await outcome(await signIn(email))).toBe('401 credential_missing');
    expect(await outcome(await signIn(email, NEW_PASSWORD))).toBe('200');
    expect(await mails.mailTo(email, 3)).toContain('Your password was changed');
  });

  test('a reset that cannot be recorded changes nothing, and its link works again after', async () => {
    const email = 'unrecorded@example.com';
    const cookie = await confirmed(email);
    const token = new URL((await kit.auth.createPasswordResetLink(email)).url).hash.slice(1);
    const reset = async () =>
      outcome(await call(kit.auth, '/auth/reset-password', { body: { token, newPassword: NEW_PASSWORD } }));
    await kit.pool.query(
      `alter table audit_events add constraint unwritable check (action <> 'password_reset') not valid`,
    );
    expect(await reset()).toBe('500 internal_error');
    await kit.pool.query('alter table audit_events drop constraint unwritable');
    expect(await outcome(await signIn(email, NEW_PASSWORD))).toBe('401 credential_missing');
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie }))).toBe('200');
    expect(await reset()).toBe('200');
    expect(await outcome(await signIn(email, NEW_PASSWORD))).toBe('200');
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie }))).toBe(
      '401 session_ended',
    );
    expect(await mails.mailTo(email, 2)).toContain('Your password was changed');
  });

  test('who asks for a reset, or for another confirmation, does not learn whether there is an account', async () => {
    await confirmed('known@example.com');
    for (const path of ['/auth/request-password-reset', '/auth/send-verification-email']) {
      const answers = await Promise.all(
        ['known@example.com', 'unknown@example.com'].map((email) =>
          call(kit.auth, path, { body: { email } }),
        ),
      );
      const [known, unknown] = await Promise.all(answers.map((answer) => answer.text()));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(known).toBe(unknown);
    }
    expect(mails.received.filter(({ to }) => to === 'unknown@example.com')).toEqual([]);
  });

  test('nobody floods a mailbox, from however many addresses, and the answers do not tell', async () => {
    const email = 'flooded@example.com';
    await confirmed(email);
    const statuses: number[] = [];
    for (let at = 0; at < 12; at += 1) {
      const from = `198.51.100.${at + 1}`;
      const path = at % 2 ? '/auth/request-password-reset' : '/auth/sign-up/email';
      const body = { email, password: PASSWORD, name: 'Mallory' };
      statuses.push((await call(kit.auth, path, { body, from })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    await mails.mailTo(email, MAILS_TO_ONE_ADDRESS.max);
    // A mail to somebody else, sent after: what was to come before it has come.
    await signUpBy('after-the-flood@example.com');
    await mails.mailTo('after-the-flood@example.com');
    expect(mails.received.filter(({ to }) => to === email)).toHaveLength(MAILS_TO_ONE_ADDRESS.max);
  });

  test('a page of this product may have the reset lead to itself, a foreign one may not', async () => {
    const email = 'page@example.com';
    await confirmed(email);
    const ask = (redirectTo: string) =>
      call(kit.auth, '/auth/request-password-reset', { body: { email, redirectTo } });
    expect(await outcome(await ask('https://evil.example/reset'))).toBe('400 request_malformed');
    expect(await outcome(await ask(`${ORIGIN}/my-reset`))).toBe('200');
    const followed = await call(kit.auth, pathOf(linkIn(await mails.mailTo(email, 2))));
    expect(followed.headers.get('location')).toMatch(`${ORIGIN}/my-reset?token=`);
  });

  test('a change of the e-mail address needs both mailboxes', async () => {
    const [email, newEmail] = ['old@example.com', 'new@example.com'];
    const cookie = await confirmed(email);
    await call(kit.auth, '/auth/change-email', { body: { newEmail }, cookie });
    expect(await outcome(await signIn(newEmail))).toBe('401 credential_missing');
    await call(kit.auth, pathOf(linkIn(await mails.mailTo(email, 2))), { cookie });
    await call(kit.auth, pathOf(linkIn(await mails.mailTo(newEmail))), { cookie });
    expect(await outcome(await signIn(newEmail))).toBe('200');
    const { rows } = await kit.pool.query(`select action from audit_events where action like 'email_%'`);
    expect(rows).toContainEqual({ action: 'email_changed' });
  });

  test('no mail carries what a stranger typed as a name', async () => {
    await call(kit.auth, '/auth/sign-up/email', {
      body: { email: 'victim@example.com', password: PASSWORD, name: 'Win at https://evil.example' },
    });
    expect(await mails.mailTo('victim@example.com')).not.toContain('evil');
  });

  test('a link to choose a password is nowhere in the database, whoever sent it', async () => {
    const email = 'hidden@example.com';
    await confirmed(email);
    const byMail = await resetToken(email, 2);
    const byOperator = new URL((await kit.auth.createPasswordResetLink(email)).url).hash.slice(1);
    const dump = await dumpOf(kit.pool);
    for (const token of [byMail, byOperator]) expect(dump).not.toContain(token);
    for (const token of [byMail, byOperator]) {
      const body = { token, newPassword: NEW_PASSWORD };
      expect(await outcome(await call(kit.auth, '/auth/reset-password', { body }))).toBe('200');
    }
  });

  test('a mail server that is down delays nobody and breaks nothing', async () => {
    const mail = { smtpUrl: 'smtp://127.0.0.1:1', from: 'netra@example.com' };
    const other = await kit.another({ identity: { mail } });
    const body = { email: 'known@example.com' };
    const asked = await call(other, '/auth/request-password-reset', { body, from: '192.0.2.9' });
    expect(await outcome(asked)).toBe('200');
    await other.stop();
    const log = kit.logged.join('');
    expect(log).toContain('a mail could not be sent');
    expect(log).not.toContain('known@example.com');
  });

  test('no link and no password is in any log', () => {
    const log = kit.logged.join('');
    for (const { text } of mails.received) {
      if (!text.includes('http')) continue;
      const { search, hash } = new URL(linkIn(text));
      const token = hash.slice(1) || (new URLSearchParams(search).get('token') ?? '');
      if (token !== '') expect(log).not.toContain(token);
    }
    expect(log).not.toContain(PASSWORD);
  });
});

test('without a mail server nothing exists outside development that needs one', async () => {
  const other = await kit.another({ environment: 'production', identity: {} });
  for (const [path, body] of [
    ['/auth/sign-up/email', { email: 'a@example.com', password: PASSWORD, name: 'A' }],
    ['/auth/request-password-reset', { email: 'a@example.com' }],
    ['/auth/send-verification-email', { email: 'a@example.com' }],
    ['/auth/change-email', { newEmail: 'a@example.com' }],
    ['/auth/verify-email', {}],
    ['/auth/sign-in/social', { provider: 'google' }],
    ['/auth/two-factor/send-otp', {}],
    ['/auth/admin/users/x/password-reset', {}],
  ] as const) {
    expect(`${path} ${await outcome(await call(other, path, { body }))}`).toBe(`${path} 404 route_unknown`);
  }
  for (const path of [
    '/auth/callback/google',
    '/auth/reset-password/token?callbackURL=/',
    '/auth/verify-email',
  ]) {
    expect(await outcome(await call(other, path))).toBe('404 route_unknown');
  }
  const offered = await call(other, '/auth/sign-in-options');
  expect(await offered.json()).toEqual({
    password: true,
    sign_up: false,
    password_reset: false,
    passkeys: true,
    providers: [],
  });
});

test('an operator hands over a link to choose a password where no mail can be sent', async () => {
  const other = await kit.another({ environment: 'production', identity: {} });
  const { userId } = await other.createUser({ email: 'by-hand@example.com', name: 'H' });
  const { url } = await other.createPasswordResetLink('By-Hand@example.com');
  const body = { token: new URL(url).hash.slice(1), newPassword: NEW_PASSWORD };
  expect(await outcome(await call(other, '/auth/reset-password', { body }))).toBe('200');
  const signedIn = await call(other, '/auth/sign-in/email', {
    body: { email: 'by-hand@example.com', password: NEW_PASSWORD },
  });
  expect(await signedIn.json()).toMatchObject({ user: { id: userId } });
  await expect(other.createPasswordResetLink('nobody@example.com')).rejects.toMatchObject({
    code: 'user_unknown',
  });
});

test('development shows the mail to whoever started it, and asks nobody to confirm', async () => {
  const shown: Mail[] = [];
  const other = await kit.another({
    environment: 'development',
    identity: { onDevelopmentMail: (mail) => void shown.push(mail) },
  });
  const { email } = await signUp(other);
  expect(shown).toEqual([]);
  await call(other, '/auth/request-password-reset', { body: { email } });
  await other.stop();
  expect(shown).toMatchObject([{ to: email, link: expect.stringContaining(`${ORIGIN}/reset-password#`) }]);
  expect(kit.logged.join('')).not.toContain(new URL(shown[0]?.link ?? '').hash.slice(1));
});
