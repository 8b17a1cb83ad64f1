import { createLogger } from '@netra/service';
import { expect, test } from 'vitest';
import { createScriptedIssuer } from '../testing/scripted-issuer.ts';
import { createAuthClient } from './auth-client.ts';

function setUp() {
  let nowMs = Date.now();
  const now = () => nowMs;
  const issuer = createScriptedIssuer({ now, environment: 'development' });
  issuer.addUser({ user_id: 'ada' });
  const client = createAuthClient({
    fetch: (request) => issuer.fetch(request),
    baseUrl: issuer.issuer,
    serviceId: 'gateway',
    serviceSecret: 'a secret of this test only',
    now,
    log: createLogger({ level: 'silent' }),
  });
  const asked = () => issuer.requests.filter((path) => path.startsWith('/auth/service/users/')).length;
  const tokens = () => issuer.requests.filter((path) => path === '/auth/service/token').length;
  return {
    issuer,
    lookup: (userId: string) => client.directory.lookup(userId),
    asked,
    tokens,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a user is asked for once however many wait, and again after 30 s', async () => {
  const { lookup, asked, tokens, advance } = setUp();
  const answers = await Promise.all(Array.from({ length: 50 }, () => lookup('ada')));
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['active']));
  expect([asked(), tokens()]).toEqual([1, 1]);
  advance(29_000);
  await lookup('ada');
  expect(asked()).toBe(1);
  advance(2_000);
  await lookup('ada');
  expect(asked()).toBe(2);
});

test('in an outage an answer counts for 5 min, then the user is unavailable and never unknown', async () => {
  const { issuer, lookup, advance } = setUp();
  await lookup('ada');
  issuer.state = 'down';
  advance(4 * 60_000);
  expect(await lookup('ada')).toMatchObject({ kind: 'active' });
  advance(61_000);
  expect(await lookup('ada')).toEqual({ kind: 'unavailable' });
  expect(await lookup('never seen')).toEqual({ kind: 'unavailable' });
  issuer.state = 'up';
  expect(await lookup('never seen')).toEqual({ kind: 'unknown' });
});

test('the service token is renewed before it ends, and fetched anew when it is refused', async () => {
  const { issuer, lookup, tokens, advance } = setUp();
  await lookup('ada');
  advance(9 * 60_000);
  await lookup('ada');
  expect(tokens()).toBe(1);
  advance(40_000);
  await lookup('ada');
  expect(tokens()).toBe(2);
  issuer.refuseServiceTokenOnce = true;
  advance(31_000);
  expect(await lookup('ada')).toMatchObject({ kind: 'active' });
  expect(tokens()).toBe(3);
});
