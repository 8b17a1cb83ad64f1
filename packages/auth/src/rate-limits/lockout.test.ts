import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AuthKit, call, outcome, PASSWORD, signUp, startAuth } from '../testing/auth-kit.ts';
import { ACCOUNT_LOCKOUT, ADDRESS_LOCKOUT } from './sign-in-lockout.ts';

let kit: AuthKit;
let aheadMs = 0;
beforeAll(async () => {
  kit = await startAuth({ trustedProxies: ['10.0.0.0/8'], now: () => Date.now() + aheadMs });
});
afterAll(() => kit.stop());
beforeEach(async () => {
  aheadMs = 0;
  await kit.pool.query('truncate attempt_counts');
});

let people = 0;
async function person(): Promise<string> {
  people += 1;
  const email = `locked-${people}@example.com`;
  await kit.auth.createUser({ email, name: 'L', password: PASSWORD });
  return email;
}

interface Attempt {
  email: string;
  password?: string;
  from?: string;
  forwarded?: string;
}

function attempt({ email, password = 'wrong wrong wrong', from = '192.0.2.1', forwarded }: Attempt) {
  return call(kit.auth, '/auth/sign-in/email', {
    body: { email, password },
    from,
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  });
}

async function outcomesOf(count: number, of: (at: number) => Attempt): Promise<string[]> {
  const outcomes: string[] = [];
  for (let at = 0; at < count; at += 1) outcomes.push(await outcome(await attempt(of(at))));
  return outcomes;
}

const FOREIGN: readonly Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
];
const foreign = (email: string, headers: Record<string, string>) => ({
  body: { email, password: 'whatever it is' },
  from: '192.0.2.1',
  headers,
});

const wrong = '401 credential_missing';
const locked = '429 rate_limited';
const address = (at: number) => `198.51.100.${at + 1}`;

describe('by account', () => {
  test('after ten wrong passwords, from wherever, even the right one waits; the answer says how long', async () => {
    const email = await person();
    const outcomes = await outcomesOf(ACCOUNT_LOCKOUT.max + 1, (at) => ({ email, from: address(at) }));
    expect(outcomes).toEqual([...Array(ACCOUNT_LOCKOUT.max).fill(wrong), locked]);
    const right = await attempt({ email, password: PASSWORD });
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(800);
    expect(await right.json()).toMatchObject({ code: 'rate_limited', auth_code: 'SIGN_IN_LOCKED' });
    aheadMs = ACCOUNT_LOCKOUT.windowMs + 1;
    expect(await outcome(await attempt({ email, password: PASSWORD }))).toBe('200');
  });

  test('an account that does not exist is locked like any other', async () => {
    const [known, unknown] = [await person(), 'nobody-here@example.com'];
    const of = (email: string) => outcomesOf(ACCOUNT_LOCKOUT.max + 1, (at) => ({ email, from: address(at) }));
    expect(await of(known)).toEqual(await of(unknown));
  });

  test('the time of an answer does not tell whether there is an account', async () => {
    const email = await person();
    const spent = { known: 0, unknown: 0 };
    for (let at = 0; at < ACCOUNT_LOCKOUT.max; at += 1) {
      for (const [kind, address] of [
        ['known', email],
        ['unknown', 'nobody-there@example.com'],
      ] as const) {
        const before = process.cpuUsage();
        await attempt({ email: address });
        const { user, system } = process.cpuUsage(before);
        spent[kind] += user + system;
      }
    }
    // Work instead of time, which others on the machine lengthen. Without that of one password it would be less than half.
    expect(spent.unknown).toBeGreaterThan(spent.known / 2);
    expect(spent.known).toBeGreaterThan(spent.unknown / 2);
  });

  test('a good sign-in clears the count, and other spellings of the address share it', async () => {
    const email = await person();
    await outcomesOf(ACCOUNT_LOCKOUT.max - 1, () => ({ email: email.toUpperCase() }));
    expect(await outcome(await attempt({ email, password: PASSWORD }))).toBe('200');
    expect(await outcomesOf(2, () => ({ email }))).toEqual([wrong, wrong]);
  });

  test('a request from a foreign page, refused before the password is looked at, clears nothing', async () => {
    const email = await person();
    const outcomes: string[] = [];
    for (let at = 0; at < ACCOUNT_LOCKOUT.max; at += 1) {
      outcomes.push(await outcome(await attempt({ email })));
      if (at % 4 === 3)
        for (const headers of FOREIGN) await call(kit.auth, '/auth/sign-in/email', foreign(email, headers));
    }
    expect(await outcome(await attempt({ email, password: PASSWORD }))).toBe(locked);
    const { rows } = await kit.pool.query(
      `select count from attempt_counts where key like '%address:192.0.2.1'`,
    );
    expect(rows[0]?.count).toBeGreaterThan(ACCOUNT_LOCKOUT.max - 1);
  });

  test.each([
    [
      '/change-password',
      (guess: string) => ({ currentPassword: guess, newPassword: 'a new one of the thief' }),
    ],
    ['/two-factor/enable', (guess: string) => ({ password: guess })],
    ['/delete-user', (guess: string) => ({ password: guess })],
  ])('whoever holds a session cannot guess its password at %s instead', async (path, bodyOf) => {
    const { email, sessionToken } = await signUp(kit.auth);
    const outcomes: string[] = [];
    for (let at = 0; at <= ACCOUNT_LOCKOUT.max; at += 1) {
      const body = bodyOf(`a wrong guess ${at}`);
      const answer = await call(kit.auth, `/auth${path}`, { body, bearer: sessionToken, from: address(at) });
      outcomes.push(await outcome(answer));
    }
    expect(outcomes).toEqual([...Array(ACCOUNT_LOCKOUT.max).fill('400 request_malformed'), locked]);
    expect(await outcome(await attempt({ email, password: PASSWORD }))).toBe(locked);
  });

  test('a password that is right when shown again does not count', async () => {
    const { cookie } = await signUp(kit.auth);
    for (let at = 0; at <= ACCOUNT_LOCKOUT.max; at += 1) {
      const body = { password: PASSWORD };
      const answer = await call(kit.auth, '/auth/two-factor/enable', { body, cookie });
      expect(await outcome(answer)).toBe('200');
    }
  });

  test('nothing says whether a password is right but what needs it', async () => {
    const { cookie } = await signUp(kit.auth);
    const answer = await call(kit.auth, '/auth/verify-password', { body: { password: PASSWORD }, cookie });
    expect(await outcome(answer)).toBe('404 route_unknown');
  });

  test('of fifty guesses at once, in two processes, ten are looked at', async () => {
    const email = await person();
    const other = await kit.another();
    const guesses = Array.from({ length: 50 }, (_, at) =>
      call(at % 2 ? kit.auth : other, '/auth/sign-in/email', {
        body: { email, password: `guess number ${at}` },
        from: address(at),
      }),
    );
    const outcomes = await Promise.all((await Promise.all(guesses)).map(outcome));
    expect(outcomes.filter((each) => each === wrong)).toHaveLength(ACCOUNT_LOCKOUT.max);
  });

  test('who was attacked, from where, is on record; what was typed is not', async () => {
    const email = await person();
    await outcomesOf(ACCOUNT_LOCKOUT.max + 3, (at) => ({ email, from: address(at) }));
    const { rows } = await kit.pool.query(
      `select action, client_address from audit_events a join "user" u on u.id = a.user_id
        where u.email = $1 and action like 'sign_in%' order by a.id`,
      [email],
    );
    expect(rows).toHaveLength(ACCOUNT_LOCKOUT.max + 1);
    expect(rows[0]).toEqual({ action: 'sign_in_failed', client_address: address(0) });
    expect(rows.at(-1)).toEqual({ action: 'sign_in_locked', client_address: address(ACCOUNT_LOCKOUT.max) });
    const { rows: stored } = await kit.pool.query('select key from attempt_counts');
    expect(JSON.stringify(stored)).not.toContain(email);
  });
});

describe('by address', () => {
  const spray = (from: (at: number) => Omit<Attempt, 'email'>) =>
    outcomesOf(ADDRESS_LOCKOUT.max + 1, (at) => ({ email: `sprayed-${at}@example.com`, ...from(at) }));

  test('one address that tries many accounts is locked, others are not', async () => {
    const email = await person();
    expect((await spray(() => ({ from: '203.0.113.5' }))).at(-1)).toBe(locked);
    expect(await outcome(await attempt({ email, password: PASSWORD, from: '203.0.113.5' }))).toBe(locked);
    expect(await outcome(await attempt({ email, password: PASSWORD, from: '203.0.113.6' }))).toBe('200');
  });

  test('the addresses of one IPv6 /64 are one, the next /64 is another', async () => {
    const email = await person();
    const outcomes = await spray((at) => ({ from: `2001:db8:0:1::${(at + 1).toString(16)}` }));
    expect(outcomes.at(-1)).toBe(locked);
    const right = { email, password: PASSWORD };
    expect(await outcome(await attempt({ ...right, from: '2001:db8:0:1:ffff::1' }))).toBe(locked);
    expect(await outcome(await attempt({ ...right, from: '2001:db8:0:2::1' }))).toBe('200');
  });

  test('X-Forwarded-For and our own header change nothing when no trusted proxy wrote them', async () => {
    const outcomes = await spray((at) => ({ from: '203.0.113.7', forwarded: address(at) }));
    expect(outcomes.at(-1)).toBe(locked);
    const claimed = await call(kit.auth, '/auth/sign-in/email', {
      body: { email: 'x@example.com', password: PASSWORD },
      from: '203.0.113.7',
      headers: { 'x-netra-client-address': '198.51.100.200' },
    });
    expect(await outcome(claimed)).toBe(locked);
  });

  test('behind a trusted proxy each client has its own count, and cannot choose another', async () => {
    const email = await person();
    const from = '10.1.1.1';
    const outcomes = await spray((at) => ({ from, forwarded: `${address(at)}, 203.0.113.8` }));
    expect(outcomes.at(-1)).toBe(locked);
    const right = { email, password: PASSWORD, from };
    expect(await outcome(await attempt({ ...right, forwarded: '203.0.113.8' }))).toBe(locked);
    expect(await outcome(await attempt({ ...right, forwarded: '203.0.113.9' }))).toBe('200');
  });
});
