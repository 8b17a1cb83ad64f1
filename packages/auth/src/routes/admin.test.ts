import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { accessTokenOf, serviceTokenOf } from '../testing/tokens.ts';

let kit: AuthKit;
let operator: string;
let operatorId: string;
beforeAll(async () => {
  kit = await startAuth();
  const email = 'operator@example.com';
  const created = await kit.auth.createUser({ email, name: 'O', password: PASSWORD, roles: ['operator'] });
  operatorId = created.userId;
  const signedIn = await call(kit.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } });
  operator = await accessTokenOf(kit.auth, signedIn.headers.get('set-auth-token') ?? '');
});
afterAll(() => kit.stop());

const asOperator = (path: string, options: { method?: string; body?: unknown } = {}) =>
  call(kit.auth, `/auth/admin${path}`, { ...options, bearer: operator });

async function someone(): Promise<Person & { userId: string; token: string }> {
  const person = await signUp(kit.auth);
  const { rows } = await kit.pool.query<{ id: string }>('select id from "user" where email = $1', [
    person.email,
  ]);
  return { ...person, userId: rows[0]?.id ?? '', token: await accessTokenOf(kit.auth, person.sessionToken) };
}

const change = (userId: string, body: object) => asOperator(`/users/${userId}`, { method: 'PATCH', body });

describe('roles that are not given here', () => {
  test.each([
    ['of a user for end-to-end tests', 'E2E_USER_RESTRICTED', async () => 'staging-e2e-user-001'],
    [
      'of a user of another issuer',
      'ROLES_OF_ISSUER',
      async () => {
        const body = { issuer: 'https://id.example.com', user_id: `ext_${'b2'.repeat(20)}` };
        await call(kit.auth, '/auth/service/users', { body, bearer: await serviceTokenOf(kit.auth) });
        return body.user_id;
      },
    ],
  ])('%s are refused, and nothing changes', async (_name, authCode, userOf) => {
    await kit.auth.seedE2eUsers();
    const userId = await userOf();
    const refused = await change(userId, { roles: ['operator'] });
    expect(await refused.json()).toMatchObject({
      status: 400,
      code: 'request_malformed',
      auth_code: authCode,
    });
    expect(await (await change(userId, { active: true })).json()).toMatchObject({ roles: ['user'] });
  });
});

describe('who may', () => {
  test.each([
    ['/users', 'GET'],
    ['/users', 'POST'],
    ['/users/x', 'PATCH'],
    ['/users/x/password-reset', 'POST'],
    ['/audit', 'GET'],
  ])('%s %s is for operators with an access token, not with a cookie', async (path, method) => {
    const person = await someone();
    const ask = (options: object) =>
      call(kit.auth, `/auth/admin${path}`, {
        method,
        ...(method === 'GET' ? {} : { body: {} }),
        ...options,
      });
    expect(await outcome(await ask({ cookie: person.cookie }))).toBe('401 credential_missing');
    expect(await outcome(await ask({ bearer: person.token }))).toBe('403 permission_missing');
    expect(await outcome(await ask({ bearer: person.sessionToken }))).toMatch(/^401 token_/);
  });

  test('an operator who lost the role lost it at once', async () => {
    const email = 'former@example.com';
    const { userId } = await kit.auth.createUser({
      email,
      name: 'F',
      password: PASSWORD,
      roles: ['operator'],
    });
    const signedIn = await call(kit.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } });
    const bearer = await accessTokenOf(kit.auth, signedIn.headers.get('set-auth-token') ?? '');
    expect(await outcome(await call(kit.auth, '/auth/admin/users', { bearer }))).toBe('200');
    expect(await outcome(await change(userId, { roles: ['user'] }))).toBe('200');
    expect(await outcome(await call(kit.auth, '/auth/admin/users', { bearer }))).toBe('401 token_revoked');
  });

  test('a token from between two changes of role within a second is no operator’s either', async () => {
    const person = await someone();
    expect(await outcome(await change(person.userId, { roles: ['operator'] }))).toBe('200');
    const bearer = await accessTokenOf(kit.auth, person.sessionToken);
    expect(await outcome(await change(person.userId, { roles: ['user'] }))).toBe('200');
    const answer = await outcome(await call(kit.auth, '/auth/admin/users', { bearer }));
    expect(['403 permission_missing', '401 token_revoked']).toContain(answer);
  });

  test('nobody deactivates themselves or changes their own roles', async () => {
    for (const body of [{ active: false }, { roles: ['user'] }]) {
      const answer = await change(operatorId, body);
      expect(await answer.json()).toMatchObject({ code: 'request_malformed', auth_code: 'OWN_ACCOUNT' });
    }
  });
});

describe('users', () => {
  test('are listed by address, page by page', async () => {
    await someone();
    await someone();
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const page = await asOperator(`/users?limit=2&after=${encodeURIComponent(after)}`);
      const { items, next_cursor: next } = (await page.json()) as {
        items: { email: string }[];
        next_cursor?: string;
      };
      seen.push(...items.map(({ email }) => email));
      if (next === undefined) break;
      after = next;
    }
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain('operator@example.com');
  });

  test('are created with a password that keeps the rules, once', async () => {
    const body = { email: 'New@example.com', name: 'New', password: PASSWORD, roles: ['operator'] };
    const created = await asOperator('/users', { body });
    expect(created.status).toBe(201);
    expect(await created.json()).toEqual({
      user_id: expect.any(String),
      email: 'new@example.com',
      name: 'New',
      active: true,
      roles: ['operator'],
    });
    const again = await asOperator('/users', { body });
    expect(await again.json()).toMatchObject({ status: 400, auth_code: 'USER_EXISTS' });
    const weak = await asOperator('/users', {
      body: { ...body, email: 'weak@example.com', password: 'password1' },
    });
    expect(await weak.json()).toMatchObject({ status: 400, auth_code: 'PASSWORD_REFUSED' });
    const odd = await asOperator('/users', { body: { ...body, roles: ['root'] } });
    expect(await outcome(odd)).toBe('400 request_malformed');
  });

  test('without a password get a link by mail', async () => {
    const links: string[] = [];
    const other = await kit.another({
      identity: { onDevelopmentMail: ({ link }) => void links.push(link ?? '') },
    });
    const body = { email: 'invited@example.com', name: 'Invited' };
    expect((await call(other, '/auth/admin/users', { body, bearer: operator })).status).toBe(201);
    await other.stop();
    const token = new URL(links[0] ?? '').hash.slice(1);
    const chosen = await call(kit.auth, '/auth/reset-password', { body: { token, newPassword: PASSWORD } });
    expect(await outcome(chosen)).toBe('200');
  });

  test('who are deactivated are out at once, and can come back', async () => {
    const person = await someone();
    expect(await (await change(person.userId, { active: false })).json()).toMatchObject({ active: false });
    const { email, token, cookie } = person;
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer: token }))).toMatch(
      /user_inactive$/,
    );
    expect(await outcome(await call(kit.auth, '/auth/token', { body: {}, cookie }))).toMatch(/^40[13] /);
    const signIn = () => call(kit.auth, '/auth/sign-in/email', { body: { email, password: PASSWORD } });
    expect(await outcome(await signIn())).toBe('403 user_inactive');
    expect(await outcome(await change(person.userId, { active: true }))).toBe('200');
    expect(await outcome(await signIn())).toBe('200');
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer: token }))).not.toBe('200');
  });

  test('that are not there are user_unknown', async () => {
    expect(await outcome(await change('nobody', { active: false }))).toBe('404 user_unknown');
    expect(await outcome(await asOperator('/users/nobody/password-reset', { body: {} }))).toBe(
      '404 user_unknown',
    );
  });
});

describe('the audit log', () => {
  test('says who did what to whom, newest first, and takes a filter', async () => {
    const person = await someone();
    await change(person.userId, { roles: ['operator'] });
    await change(person.userId, { active: false });
    const answer = await asOperator(`/audit?user_id=${person.userId}`);
    const { items } = (await answer.json()) as { items: { action: string; actor: object; at: string }[] };
    expect(items.map(({ action }) => action)).toEqual(['user_deactivated', 'roles_changed', 'sign_up']);
    expect(items[0]).toMatchObject({
      actor: { kind: 'user', id: operatorId },
      at: expect.stringMatching(/Z$/),
    });
    const filtered = await asOperator(`/audit?user_id=${person.userId}&action=sign_up`);
    expect(((await filtered.json()) as { items: object[] }).items).toHaveLength(1);
    expect(await outcome(await asOperator('/audit?action=made_up'))).toBe('400 request_malformed');
  });

  test('goes on where a page ended', async () => {
    const first = (await (await asOperator('/audit?limit=2')).json()) as {
      items: object[];
      next_cursor: string;
    };
    const second = (await (
      await asOperator(`/audit?limit=2&after=${first.next_cursor}`)
    ).json()) as typeof first;
    expect(first.items).toHaveLength(2);
    expect(second.items).toHaveLength(2);
    expect(first.items).not.toContainEqual(second.items[0]);
  });

  test('holds no password, token or link', async () => {
    const person = await someone();
    await call(kit.auth, '/auth/sign-out', { body: {}, cookie: person.cookie });
    const { rows } = await kit.pool.query('select audit_events::text as row from audit_events');
    const all = JSON.stringify(rows);
    expect(all).toContain('session_ended');
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toContain(person.sessionToken.split('.')[0]);
    expect(all).not.toContain('eyJ');
  });
});

describe('roles', () => {
  test.each([
    ['/auth/sign-up/email', { email: 'rise@example.com', password: PASSWORD, name: 'R' }],
    ['/auth/update-user', { name: 'R' }],
  ])('cannot be had at %s, nor can another state', async (path, body) => {
    const person = await someone();
    const more = {
      role: 'operator',
      roles: ['operator'],
      active: false,
      emailVerified: true,
      twoFactorEnabled: true,
    };
    const answer = await call(kit.auth, path, { body: { ...body, ...more }, cookie: person.cookie });
    const { rows } = await kit.pool.query(
      `select role, active, "emailVerified" from "user" where email in ($1, 'rise@example.com')`,
      [person.email],
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toEqual({ role: 'user', active: true, emailVerified: false });
    if (answer.status === 200) {
      const cookie = cookieFrom(answer) || person.cookie;
      const token = await call(kit.auth, '/auth/token', { body: {}, cookie });
      expect(await token.json()).toMatchObject({ user: { roles: ['user'], permissions: ['chat'] } });
    }
  });
});
