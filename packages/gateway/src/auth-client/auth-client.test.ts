import { createLogger } from '@netra/service';
import { expect, test } from 'vitest';
import { createScriptedIssuer, SERVICE_SECRET } from '../testing/scripted-issuer.ts';
import { createAuthClient } from './auth-client.ts';

const MATERIAL = { environment: 'development', keyMode: 'public_keys' } as const;

function setUp() {
  let nowMs = Date.now();
  const now = () => nowMs;
  const issuer = createScriptedIssuer({ now, environment: 'development' });
  issuer.addUser({ user_id: 'ada' });
  const client = createAuthClient({
    fetch: (request) => issuer.fetch(request),
    baseUrl: issuer.issuer,
    serviceId: 'gateway',
    serviceSecret: SERVICE_SECRET,
    now,
    log: createLogger({ level: 'silent' }),
    breaker: { openMs: { min: 20, max: 20 } },
  });
  const asked = () => issuer.requests.filter((path) => path.startsWith('/auth/service/users')).length;
  const tokens = () => issuer.requests.filter((path) => path === '/auth/service/token').length;
  const lookup = (userId: string) =>
    client.directory.lookup({ userId, issuer: issuer.issuer, provisioning: 'none' });
  return {
    issuer,
    client,
    lookup,
    asked,
    tokens,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  const endsAtMs = Date.now() + 5_000;
  while (!isTrue() && Date.now() < endsAtMs) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(isTrue()).toBe(true);
}

test('a user is asked for once however many wait, and again after 30 s', async () => {
  const { lookup, asked, tokens, advance } = setUp();
  const answers = await Promise.all(Array.from({ length: 50 }, async () => lookup('ada')));
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['active']));
  expect([asked(), tokens()]).toEqual([1, 1]);
  advance(29_000);
  await lookup('ada');
  expect(asked()).toBe(1);
  advance(2_000);
  await lookup('ada');
  expect(asked()).toBe(2);
});

test('an answer that is no longer fresh gives way to a newer one, which is not waited for long', async () => {
  const { issuer, lookup, advance } = setUp();
  await lookup('ada');
  advance(31_000);
  issuer.state = 'hanging';
  const startedAtMs = performance.now();
  expect(await lookup('ada')).toMatchObject({ kind: 'active' });
  expect(performance.now() - startedAtMs).toBeLessThan(900);
  issuer.state = 'up';
  issuer.addUser({ user_id: 'ada', active: false });
  await until(() => performance.now() - startedAtMs > 1_100);
  expect(await lookup('ada')).toEqual({ kind: 'inactive' });
});

test('in an outage an answer counts for 5 min, then the user is unavailable and never unknown', async () => {
  const { issuer, lookup, advance } = setUp();
  await lookup('ada');
  issuer.state = 'down';
  advance(4 * 60_000);
  expect(await lookup('ada')).toMatchObject({ kind: 'active' });
  advance(61_000);
  expect(await lookup('ada')).toMatchObject({ kind: 'unavailable' });
  expect(await lookup('never seen')).toMatchObject({ kind: 'unavailable' });
  issuer.state = 'up';
  expect(await lookup('never seen')).toEqual({ kind: 'unknown' });
});

test('that somebody is unknown is not believed for long, and not at all in an outage', async () => {
  const { issuer, lookup, advance } = setUp();
  expect(await lookup('grace')).toEqual({ kind: 'unknown' });
  issuer.addUser({ user_id: 'grace' });
  advance(3_001);
  expect(await lookup('grace')).toMatchObject({ kind: 'active' });
  expect(await lookup('nobody')).toEqual({ kind: 'unknown' });
  issuer.state = 'down';
  advance(3_001);
  expect(await lookup('nobody')).toMatchObject({ kind: 'unavailable' });
});

test('a 404 of something that is not the directory is an outage', async () => {
  const { issuer, lookup } = setUp();
  await lookup('ada');
  issuer.state = 'absent';
  expect(await lookup('grace')).toEqual({
    kind: 'unavailable',
    error: 'the user directory answered 404',
  });
});

test('a user who is forgotten is asked for anew, also while an older question is under way', async () => {
  const { issuer, client, lookup, asked } = setUp();
  await lookup('ada');
  issuer.addUser({ user_id: 'ada', active: false });
  client.directory.forget('ada');
  const older = lookup('ada');
  client.directory.forget('ada');
  expect(await lookup('ada')).toEqual({ kind: 'inactive' });
  await older;
  expect(asked()).toBe(3);
});

test('the circuit opens in an outage, answers at once, and closes after three probes', async () => {
  const { issuer, client, lookup } = setUp();
  await lookup('ada');
  issuer.state = 'down';
  for (let count = 0; count < 20; count++) await lookup(`stranger ${count}`);
  expect(client.circuit()).toBe('open');
  const asked = issuer.requests.length;
  expect(await lookup('one more')).toEqual({ kind: 'unavailable', error: 'the circuit breaker is open' });
  expect(issuer.requests.length).toBe(asked);
  issuer.state = 'up';
  const openedAtMs = Date.now();
  await until(() => Date.now() - openedAtMs > 25);
  for (const userId of ['x', 'y', 'z']) expect(await lookup(userId)).toEqual({ kind: 'unknown' });
  expect(client.circuit()).toBe('closed');
});

test('unknown users never open the circuit', async () => {
  const { client, lookup } = setUp();
  for (let count = 0; count < 30; count++) await lookup(`stranger ${count}`);
  expect(client.circuit()).toBe('closed');
});

test('an auth service that hangs is given up after 1 s', async () => {
  const { issuer, lookup } = setUp();
  issuer.state = 'hanging';
  expect(await lookup('ada')).toEqual({ kind: 'unavailable', error: 'no answer in time' });
});

test('the service token is renewed before it ends, and fetched anew when it is refused', async () => {
  const { issuer, lookup, tokens, advance, asked } = setUp();
  await lookup('ada');
  advance(9 * 60_000);
  await lookup('ada');
  expect(tokens()).toBe(1);
  advance(40_000);
  await lookup('grace');
  expect(tokens()).toBe(2);
  issuer.refuseServiceTokenOnce = true;
  const before = asked();
  expect(await lookup('linus')).toEqual({ kind: 'unknown' });
  expect([tokens(), asked() - before]).toEqual([3, 2]);
});

test('a user of another issuer gets an account at the first token, where the issuer is trusted with it', async () => {
  const { client, asked } = setUp();
  const subject = { userId: 'ext_0123456789abcdef0123', issuer: 'https://product.test', name: 'Ada' };
  const lookup = (provisioning: 'none' | 'just-in-time', userId = subject.userId) =>
    client.directory.lookup({ ...subject, userId, provisioning });
  expect(await lookup('none', 'ext_another')).toEqual({ kind: 'unknown' });
  expect(await lookup('just-in-time')).toMatchObject({ kind: 'active', name: 'Ada' });
  await lookup('just-in-time');
  expect(asked()).toBe(3);
});

test('a proof is believed only when it was made with our secret, and names both sources', async () => {
  const { issuer, client } = setUp();
  expect(await client.prove(MATERIAL)).toEqual({ kind: 'matched' });
  issuer.keyMaterial = { matches: false, key_mode: 'shared_secret', source: 'JWT_SECRET_KEY' };
  const secret = {
    keyMode: 'shared_secret',
    checkValue: '0123456789ab',
    source: 'JWT_SECRET_STAGING',
  } as const;
  const mismatch = await client.prove({ ...MATERIAL, ...secret });
  expect(mismatch).toMatchObject({ kind: 'mismatch' });
  expect(JSON.stringify(mismatch)).toMatch(/JWT_SECRET_STAGING.*JWT_SECRET_KEY/);
  expect(JSON.stringify(mismatch)).not.toContain('0123456789ab');
  issuer.state = 'down';
  expect(await client.prove(MATERIAL)).toMatchObject({ kind: 'unproven' });
});
