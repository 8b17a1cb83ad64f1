import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthKit, call, outcome, signUp, startAuth } from '../testing/auth-kit.ts';
import { eventually } from '../testing/eventually.ts';
import { accessTokenOf, serviceTokenOf } from '../testing/tokens.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

describe('administration of users', () => {
  test('deactivating ends sessions and tokens in every process at once, and reactivating lets in again', async () => {
    const other = await kit.another();
    const person = await signUp(kit.auth);
    const bearer = await accessTokenOf(kit.auth, person.sessionToken);
    expect(await outcome(await call(other, '/auth/validate', { bearer }))).toBe('200');
    await kit.auth.users.deactivate(person.email);
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer }))).toBe('403 user_inactive');
    await eventually(
      async () => (await outcome(await call(other, '/auth/validate', { bearer }))) === '403 user_inactive',
    );
    expect(
      (await kit.pool.query('select kind, code from revocations order by cursor desc limit 1')).rows,
    ).toEqual([{ kind: 'user', code: 'user_inactive' }]);
    await kit.auth.users.reactivate(person.email);
    const signIn = await call(kit.auth, '/auth/sign-in/email', {
      body: { email: person.email, password: 'correct horse battery' },
    });
    expect(signIn.status).toBe(200);
    const fresh = await accessTokenOf(kit.auth, signIn.headers.get('set-auth-token') ?? '');
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer: fresh }))).toBe('200');
  });

  test('users are listed in pages, by id or address, and unknown ones say where to look', async () => {
    await signUp(kit.auth);
    await signUp(kit.auth);
    const [first] = await kit.auth.users.list({ limit: 1 });
    const [second] = await kit.auth.users.list({ limit: 1, after: first?.email ?? '' });
    expect(first?.email && second?.email && first.email < second.email).toBe(true);
    expect(await kit.auth.users.resolve(second?.email.toUpperCase() ?? '')).toBe(second?.userId);
    await expect(kit.auth.users.deactivate('nobody@example.com')).rejects.toMatchObject({
      code: 'user_unknown',
      message: expect.stringContaining('nobody@example.com'),
      fix: expect.stringContaining('DATABASE_URL'),
    });
  });

  test('setting the roles that a user has already ends nothing', async () => {
    const { email } = await signUp(kit.auth);
    const count = async () => (await kit.pool.query('select 1 from revocations')).rowCount;
    const before = await count();
    await kit.auth.users.setRoles(email, ['user']);
    expect(await count()).toBe(before);
  });
});

describe('POST /auth/service/users', () => {
  const user = {
    issuer: 'https://id.example.com',
    user_id: `ext_${'a1'.repeat(20)}`,
    email: 'person-1@example.com',
    name: 'Ada',
  };
  const provision = async (body: object) =>
    call(kit.auth, '/auth/service/users', { body, bearer: await serviceTokenOf(kit.auth) });

  test('gives a foreign user an account once, however many ask, beside a local one of the same address', async () => {
    await signUp(kit.auth);
    const answers = await Promise.all(Array.from({ length: 10 }, () => provision(user)));
    for (const response of answers) {
      expect(await response.json()).toMatchObject({
        user_id: user.user_id,
        active: true,
        permissions: ['chat'],
      });
    }
    const renamed = await (await provision({ ...user, name: 'Ada L.' })).json();
    expect(renamed).toMatchObject({ name: 'Ada L.' });
    expect((await kit.pool.query('select email, issuer from external_users')).rows).toEqual([
      { email: user.email, issuer: user.issuer },
    ]);
  });

  test('a deactivated foreign user stays so, and the feed names their own issuer', async () => {
    await provision(user);
    await kit.auth.users.deactivate(user.user_id);
    expect(await (await provision(user)).json()).toMatchObject({ active: false });
    const { rows } = await kit.pool.query('select issuer, code from revocations where user_id = $1', [
      user.user_id,
    ]);
    expect(rows).toEqual([{ issuer: user.issuer, code: 'user_inactive' }]);
  });

  test('another issuer cannot take the account over, and neither can a local id be claimed', async () => {
    await provision(user);
    expect(await outcome(await provision({ ...user, issuer: 'https://evil.example.com' }))).toBe(
      '404 user_unknown',
    );
    const { rows } = await kit.pool.query('select issuer from external_users where user_id = $1', [
      user.user_id,
    ]);
    expect(rows).toEqual([{ issuer: user.issuer }]);
    expect(await outcome(await provision({ ...user, user_id: 'staging-e2e-user-001' }))).toBe(
      '400 request_malformed',
    );
  });

  test('is only for services', async () => {
    const { sessionToken } = await signUp(kit.auth);
    const bearer = await accessTokenOf(kit.auth, sessionToken);
    const response = await call(kit.auth, '/auth/service/users', { body: user, bearer });
    expect(await outcome(response)).toBe('401 token_audience_wrong');
  });
});
