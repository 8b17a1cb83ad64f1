import { tokenResponseSchema } from '@netra/protocol';
import type { Environment } from '@netra/service';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuthService } from '../service.ts';
import { type AuthKit, call, outcome, startAuth } from '../testing/auth-kit.ts';
import { dumpOf } from '../testing/dump.ts';

const KEY = 'Zk3w9QpL7tXv2RbN8mYc5HdG1sJf4WaE';
const path = '/auth/e2e/token';
let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth({ environment: 'staging', e2eKey: KEY });
});
afterAll(() => kit.stop());
beforeEach(() => kit.pool.query('delete from attempt_counts'));

interface Ask {
  auth?: AuthService;
  key?: string;
  body?: unknown;
}

function ask({ auth = kit.auth, key = KEY, body = {} }: Ask = {}): Promise<Response> {
  return call(auth, path, { body, headers: { 'x-e2e-bypass-key': key } });
}
const seed = (...names: string[]) => kit.auth.seedE2eUsers(names.length > 0 ? names : undefined);

describe('seeding', () => {
  test('makes the users once, and brings back who was deactivated or made an operator', async () => {
    expect(await seed()).toEqual(
      ['001', '002', '003'].map((number) => ({ userId: `staging-e2e-user-${number}`, outcome: 'created' })),
    );
    await kit.auth.users.deactivate('staging-e2e-user-002');
    await kit.pool.query(`update "user" set role = 'operator' where id = 'staging-e2e-user-003'`);
    const outcomes = (await seed()).map((user) => user.outcome);
    expect(outcomes).toEqual(['unchanged', 'reactivated', 'reactivated']);
    const again = await Promise.all(Array.from({ length: 8 }, () => seed('a', 'b')));
    expect(again.flat().filter((user) => user.outcome === 'created')).toHaveLength(2);
    expect(await kit.auth.users.list()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ userId: 'a', isE2e: true, active: true, roles: ['user'] }),
      ]),
    );
  });

  test('touches nobody who is no test user, and makes none of the names when one is refused', async () => {
    await kit.pool.query(
      `insert into "user" (id, name, email, "emailVerified", role, active) values ('real', 'R', 'r@example.com', true, 'user', false)`,
    );
    await expect(seed('fresh', 'real')).rejects.toMatchObject({ code: 'user_exists' });
    await expect(seed('Not A Name')).rejects.toMatchObject({ code: 'e2e_user_name_invalid' });
    const ids = (await kit.auth.users.list()).map((user) => user.userId);
    expect(ids).toContain('real');
    expect(ids).not.toContain('fresh');
  });
});

describe('POST /auth/e2e/token', () => {
  beforeAll(() => seed());

  test('gives a marked token of at most ten minutes for the test user that was named, or the first', async () => {
    const body = tokenResponseSchema.parse(
      await (await ask({ body: { user_id: 'staging-e2e-user-002' } })).json(),
    );
    expect(body).toMatchObject({
      expires_in: 600,
      user: { user_id: 'staging-e2e-user-002', roles: ['user'], permissions: ['chat'] },
    });
    expect(decodeJwt(body.access_token)).toMatchObject({ token_kind: 'e2e', env: 'staging' });
    const bearer = body.access_token;
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer }))).toBe('200');
    const first = tokenResponseSchema.parse(await (await ask()).json());
    expect(first.user.user_id).toBe(
      (await kit.pool.query('select min(user_id) as id from e2e_users')).rows[0]?.id,
    );
  });

  test('refuses a wrong key, a missing one, a longer and a shorter one', async () => {
    for (const key of ['', 'x', `${KEY}x`, KEY.slice(1), KEY.toLowerCase()]) {
      expect(await outcome(await ask({ key }))).toBe('401 e2e_key_invalid');
    }
  });

  test('knows no users but test users, and says how to mend that', async () => {
    const response = await ask({ body: { user_id: 'real' } });
    expect(await response.json()).toMatchObject({
      code: 'user_unknown',
      detail: expect.stringMatching(/real.*netra seed e2e/),
    });
    expect(await outcome(await ask({ body: '{' }))).toBe('400 request_malformed');
  });

  test('refuses a deactivated test user, ends their tokens, and never signs an operator in', async () => {
    const named = { body: { user_id: 'staging-e2e-user-003' } };
    const { access_token: bearer } = tokenResponseSchema.parse(await (await ask(named)).json());
    await kit.auth.users.deactivate('staging-e2e-user-003');
    expect(await outcome(await ask(named))).toBe('403 user_inactive');
    expect(await outcome(await call(kit.auth, '/auth/validate', { bearer }))).toBe('403 user_inactive');
    await kit.auth.users.reactivate('staging-e2e-user-003');
    await expect(kit.auth.users.setRoles('staging-e2e-user-003', ['operator'])).rejects.toMatchObject({
      code: 'e2e_user_restricted',
    });
    await kit.pool.query(`update "user" set role = 'operator' where id = 'staging-e2e-user-003'`);
    expect(await outcome(await ask(named))).toBe('403 permission_missing');
    await kit.pool.query(`update "user" set role = 'user' where id = 'staging-e2e-user-003'`);
  });

  test('guessing is limited per address, and a right key is not held up by it', async () => {
    const answers: string[] = [];
    for (let at = 0; at < 12; at += 1) answers.push(await outcome(await ask({ key: `wrong ${at}` })));
    expect(answers.filter((answer) => answer === '401 e2e_key_invalid')).toHaveLength(10);
    expect(answers.at(-1)).toBe('429 rate_limited');
    expect(await outcome(await ask())).toBe('200');
  });

  test('leaves a trace of each token and each wrong key, and the key itself nowhere', async () => {
    await kit.pool.query('delete from audit_events');
    await ask();
    await ask({ key: 'a guess' });
    const { rows } = await kit.pool.query('select action from audit_events order by id');
    expect(rows.map(({ action }) => action)).toEqual(['e2e_token_issued', 'e2e_key_refused']);
    const kept = `${await dumpOf(kit.pool)}${kit.logged.join('')}`;
    expect(kept).not.toContain(KEY);
    expect(kept).not.toContain('a guess');
  });
});

describe('in each environment', () => {
  test.each<[Environment, string | undefined, string]>([
    ['development', KEY, '200'],
    ['staging', KEY, '200'],
    ['development', undefined, '401 e2e_key_invalid'],
    ['staging', undefined, '401 e2e_key_invalid'],
    ['production', undefined, '404 route_unknown'],
  ])('%s with the key %s answers %s', async (environment, e2eKey, expected) => {
    const auth = await kit.another({ environment, e2eKey });
    expect(await outcome(await ask({ auth }))).toBe(expected);
  });

  test('production does not start with the key, seeds nobody, and no start takes a short key', async () => {
    await expect(kit.another({ environment: 'production' })).rejects.toMatchObject({
      code: 'e2e_in_production',
      fix: expect.stringContaining('Unset E2E_OAUTH_SIMULATION_KEY'),
    });
    await expect(kit.another({ e2eKey: 'x'.repeat(31) })).rejects.toMatchObject({ code: 'e2e_key_weak' });
    const production = await kit.another({ environment: 'production', e2eKey: undefined });
    await expect(production.seedE2eUsers()).rejects.toMatchObject({ code: 'e2e_in_production' });
  });
});
