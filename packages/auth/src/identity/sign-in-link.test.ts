import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, cookieFrom, ORIGIN, outcome, startAuth } from '../testing/auth-kit.ts';
import { SIGN_IN_LINK_LIFE_MS } from './sign-in-link.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

const operator = { email: 'Operator@localhost.test', name: 'Operator', roles: ['operator'] as const };
const verify = '/auth/one-time-token/verify';

function tokenOf(url: string): string {
  const { hash, origin, pathname } = new URL(url);
  expect(origin + pathname).toBe(`${ORIGIN}/sign-in/link`);
  return hash.slice(1);
}

test('a link signs in its user, with the roles that it was made for', async () => {
  const { url, expiresAt } = await kit.auth.createSignInLink(operator);
  expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(SIGN_IN_LINK_LIFE_MS - 5_000);
  const response = await call(kit.auth, verify, {
    body: { token: tokenOf(url) },
    headers: { origin: ORIGIN },
  });
  expect(response.status).toBe(200);
  const token = await call(kit.auth, '/auth/token', { method: 'POST', cookie: cookieFrom(response) });
  expect(await token.json()).toMatchObject({
    user: { email: 'operator@localhost.test', roles: ['operator'] },
  });
});

test('a second link is for the same user, and gives a plain user the roles', async () => {
  const { userId } = await kit.auth.createUser({
    email: 'plain@example.com',
    password: 'a long password',
    name: 'P',
  });
  await kit.auth.createSignInLink({ ...operator, email: 'plain@example.com' });
  await kit.auth.createSignInLink({ ...operator, email: 'PLAIN@example.com' });
  const { rows } = await kit.pool.query(
    `select id, role, name from "user" where email = 'plain@example.com'`,
  );
  expect(rows).toEqual([{ id: userId, role: 'operator', name: 'P' }]);
});

test('of twenty uses at once, in two processes, exactly one wins', async () => {
  const other = await kit.another();
  const body = { token: tokenOf((await kit.auth.createSignInLink(operator)).url) };
  const uses = Array.from({ length: 20 }, (_, at) => call(at % 2 ? kit.auth : other, verify, { body }));
  const outcomes = await Promise.all((await Promise.all(uses)).map(outcome));
  expect(outcomes.filter((each) => each === '200')).toHaveLength(1);
  expect(outcomes.filter((each) => each === '401 credential_missing')).toHaveLength(19);
});

test('a used, an expired and an invented link are told apart by nobody', async () => {
  const late = await kit.another({ now: () => Date.now() - SIGN_IN_LINK_LIFE_MS - 1 });
  const expired = tokenOf((await late.createSignInLink(operator)).url);
  const used = tokenOf((await kit.auth.createSignInLink(operator)).url);
  expect(await outcome(await call(kit.auth, verify, { body: { token: used } }))).toBe('200');
  for (const token of [used, expired, 'invented']) {
    const response = await call(kit.auth, verify, { body: { token } });
    expect(await response.json()).toMatchObject({
      code: 'credential_missing',
      auth_code: 'SIGN_IN_LINK_INVALID',
    });
  }
});

test('the token of a link is nowhere in the database and in no log', async () => {
  const token = tokenOf((await kit.auth.createSignInLink(operator)).url);
  const { rows } = await kit.pool.query('select verification::text as row from verification');
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(kit.logged.join('')).not.toContain(token);
});
