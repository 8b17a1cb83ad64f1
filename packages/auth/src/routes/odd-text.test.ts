import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AuthKit,
  call,
  ORIGIN,
  outcome,
  PASSWORD,
  type Person,
  signUp,
  startAuth,
} from '../testing/auth-kit.ts';
import { accessTokenOf, serviceTokenOf } from '../testing/tokens.ts';

let kit: AuthKit;
let person: Person;
beforeAll(async () => {
  kit = await startAuth();
  person = await signUp(kit.auth);
});
afterAll(() => kit.stop());

async function refusal(response: Response) {
  const { status } = response;
  const { code, auth_code } = (await response.json()) as { code?: string; auth_code?: string };
  return { status, code, auth_code };
}

test.each(['%00.x', '%00', 'a%0Ab.x', '%E2%82%AC.x'])(
  'the session cookie %s is no session',
  async (value) => {
    const cookie = `netra.session_token=${value}`;
    const session = await call(kit.auth, '/auth/get-session', { cookie });
    expect([session.status, await session.json()]).toEqual([200, null]);
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie }))).toBe(
      '401 credential_missing',
    );
  },
);

describe('names have 1 to 100 characters and no control characters', () => {
  const bad: [string, unknown][] = [
    ['empty', ''],
    ['blank', '  '],
    ['too long', 'a'.repeat(101)],
    ['with a line break', 'a\nb'],
    ['with a C1 control', 'a\u0085b'],
  ];
  const malformed = { status: 400, code: 'request_malformed', auth_code: 'NAME_INVALID' };

  test.each(bad)('a name that is %s is refused at sign-up', async (_name, name) => {
    const body = { email: 'named@example.com', password: PASSWORD, name };
    expect(await refusal(await call(kit.auth, '/auth/sign-up/email', { body }))).toEqual(malformed);
  });

  test.each([...bad, ['null', null], ['a number', 5], ['an object', {}]])(
    'a name that is %s is refused as a change',
    async (_name, name) => {
      const change = call(kit.auth, '/auth/update-user', { body: { name }, cookie: person.cookie });
      expect(await refusal(await change)).toEqual(malformed);
    },
  );

  test('100 characters of any script are a name', async () => {
    const body = { name: '🙂'.repeat(100) };
    expect(await outcome(await call(kit.auth, '/auth/update-user', { body, cookie: person.cookie }))).toBe(
      '200',
    );
  });

  test('operators are held to the same', async () => {
    const operator = {
      email: 'op@example.com',
      password: PASSWORD,
      name: 'Op',
      roles: ['operator'] as const,
    };
    await kit.auth.createUser(operator);
    const signIn = await call(kit.auth, '/auth/sign-in/email', { body: operator });
    const bearer = await accessTokenOf(kit.auth, signIn.headers.get('set-auth-token') ?? '');
    for (const [, name] of bad) {
      const body = { email: 'new@example.com', password: PASSWORD, name };
      expect(await outcome(await call(kit.auth, '/auth/admin/users', { body, bearer }))).toBe(
        '400 request_malformed',
      );
    }
    const body = { email: 'New@e2e.invalid', password: PASSWORD, name: 'New' };
    expect(await refusal(await call(kit.auth, '/auth/admin/users', { body, bearer }))).toMatchObject({
      code: 'request_malformed',
      auth_code: 'EMAIL_RESERVED',
    });
  });
});

describe('U+0000 and half a surrogate pair are request_malformed, never a 500', () => {
  const malformed = { status: 400, code: 'request_malformed', auth_code: 'TEXT_INVALID' };

  test.each(['a\u0000', '\ud800', '\udc00x'])('in a body', async (text) => {
    const { cookie } = person;
    const bearer = await serviceTokenOf(kit.auth);
    const calls = [
      call(kit.auth, '/auth/sign-in/email', { body: { email: `a${text}@example.com`, password: 'x' } }),
      call(kit.auth, '/auth/sign-up/email', {
        body: { email: 'o@example.com', password: PASSWORD, name: text },
      }),
      call(kit.auth, '/auth/update-user', { body: { name: text }, cookie }),
      call(kit.auth, '/auth/update-user', { body: { image: text }, cookie }),
      call(kit.auth, '/auth/update-user', { body: { [text]: 'x' }, cookie }),
      call(kit.auth, '/auth/request-password-reset', { body: { email: text } }),
      call(kit.auth, '/auth/reset-password', { body: { newPassword: PASSWORD, token: text } }),
      call(kit.auth, '/auth/api-keys', { body: { name: text }, cookie }),
      call(kit.auth, '/auth/e2e/token', { body: { user_id: text } }),
      call(kit.auth, '/auth/service/token', { body: { client_id: text, client_secret: 'x' } }),
      call(kit.auth, '/auth/service/users', {
        body: { issuer: 'https://i.example', user_id: `ext_${'a'.repeat(32)}`, name: text },
        bearer,
      }),
      call(kit.auth, '/auth/sign-in/email', { body: { deep: [{ in: [text] }] } }),
    ];
    for (const answer of await Promise.all(calls)) expect(await refusal(answer)).toEqual(malformed);
  });

  test('in a form, and in the URL', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = 'grant_type=client_credentials&client_id=%00&client_secret=x';
    const bearer = await serviceTokenOf(kit.auth);
    const calls = [
      call(kit.auth, '/auth/service/token', { body: form, headers }),
      call(kit.auth, '/auth/service/users/%00', { bearer }),
      call(kit.auth, '/auth/service/revocations?after=%00', { bearer }),
      call(kit.auth, '/auth/api-keys/%00', { method: 'DELETE', cookie: person.cookie }),
      call(kit.auth, `/auth/reset-password/%00?callbackURL=${encodeURIComponent(ORIGIN)}`),
    ];
    for (const answer of await Promise.all(calls)) expect(await refusal(answer)).toEqual(malformed);
  });

  test('a whole surrogate pair, escaped, is text', async () => {
    const body = '{"name":"\\ud83d\\ude42"}';
    expect(await outcome(await call(kit.auth, '/auth/update-user', { body, cookie: person.cookie }))).toBe(
      '200',
    );
  });
});

describe('addresses under .invalid are kept for test users and users of other issuers', () => {
  const reserved = { status: 400, code: 'request_malformed', auth_code: 'EMAIL_RESERVED' };

  test.each(['staging-e2e-user-001@e2e.invalid', 'A@EXTERNAL.Invalid', 'a@b.c.invalid'])(
    'nobody signs up as %s',
    async (email) => {
      const body = { email, password: PASSWORD, name: 'A' };
      expect(await refusal(await call(kit.auth, '/auth/sign-up/email', { body }))).toEqual(reserved);
    },
  );

  test('nobody changes to one', async () => {
    const body = { newEmail: 'a@e2e.invalid' };
    expect(
      await refusal(await call(kit.auth, '/auth/change-email', { body, cookie: person.cookie })),
    ).toEqual(reserved);
  });

  test('nobody is made one by the command line', async () => {
    const user = { email: 'a@e2e.invalid', name: 'A', roles: ['user'] as const };
    await expect(kit.auth.createUser(user)).rejects.toMatchObject({ code: 'email_reserved' });
    await expect(kit.auth.createSignInLink(user)).rejects.toMatchObject({ code: 'email_reserved' });
  });
});
