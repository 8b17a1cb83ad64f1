import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';
import type { RevocationFacts } from '../testing/scripted-issuer.ts';
import { connectSocket } from '../testing/socket-client.ts';
import { readEvents } from '../testing/sse-client.ts';

let kit: TestGateway;
beforeEach(async () => {
  kit = await startTestGateway();
});
afterEach(() => kit.close());

const SESSION_ENDED: RevocationFacts = {
  kind: 'session',
  code: 'session_ended',
  user_id: 'ada',
  session_id: 'session-of-ada',
};

/** As the auth service does it where it shares the database. */
async function revokeAndPush(entry: RevocationFacts): Promise<void> {
  // Tokens that were issued in this second are from before: `iat` has whole seconds.
  kit.clock.advance(1_000);
  kit.issuer.revoke(entry);
  await kit.pool.query('NOTIFY netra_revocations');
}

const codeOf = async (response: Response) => (await response.json()).code;

describe('a live socket', () => {
  test.each<[string, RevocationFacts, number]>([
    ['session_ended', SESSION_ENDED, 3000],
    ['permissions_changed', { kind: 'user', code: 'permissions_changed', user_id: 'ada' }, 3000],
    ['user_inactive', { kind: 'user', code: 'user_inactive', user_id: 'ada' }, 3003],
    ['user_unknown', { kind: 'user', code: 'user_unknown', user_id: 'ada' }, 3000],
  ])('is closed with %s within 1 s where it is pushed', async (reason, entry, code) => {
    const ada = await kit.connect('ada');
    const bob = await kit.connect('bob');
    await ada.next('connection_established');
    const startedAtMs = performance.now();
    await revokeAndPush(entry);
    expect(await ada.closed).toEqual({ code, reason });
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    bob.send({ type: 'ping' });
    await bob.next('pong');
  });

  test('is closed within 5 s where the feed is only polled', async () => {
    const ada = await kit.connect('ada');
    const startedAtMs = performance.now();
    kit.issuer.revoke(SESSION_ENDED);
    expect(await ada.closed).toEqual({ code: 3000, reason: 'session_ended' });
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });

  test('ends with its token, and the others of its user stay', async () => {
    const token = (jti: string) => kit.issuer.token('ada', { claims: { jti } });
    const open = (jti: string) =>
      connectSocket({ port: kit.port, headers: { authorization: `Bearer ${token(jti)}` } });
    const [ending, staying] = [await open('tok_1'), await open('tok_2')];
    await revokeAndPush({ kind: 'token', code: 'token_revoked', user_id: 'ada', jti: 'tok_1' });
    expect(await ending.closed).toEqual({ code: 3000, reason: 'token_revoked' });
    staying.send({ type: 'ping' });
    await staying.next('pong');
  });

  test('that renewed its token is judged by the new one', async () => {
    const ada = await kit.connect('ada');
    const token = kit.issuer.token('ada', { claims: { sid: 'another session' } });
    ada.send({ type: 'renew_token', token });
    await ada.next('token_renewed');
    await revokeAndPush(SESSION_ENDED);
    kit.issuer.revoke({ ...SESSION_ENDED, session_id: 'another session' });
    await kit.pool.query('NOTIFY netra_revocations');
    expect(await ada.closed).toEqual({ code: 3000, reason: 'session_ended' });
  });
});

test('an event stream ends with the code, within 1 s where it is pushed', async () => {
  const created = await kit.request('/v1/threads', { user: 'ada', method: 'POST', body: {} });
  const { thread_id: threadId } = await created.json();
  const stream = await kit.request(`/v1/threads/${threadId}/events`, {
    user: 'ada',
    headers: { accept: 'text/event-stream' },
  });
  await revokeAndPush({ kind: 'user', code: 'user_inactive', user_id: 'ada' });
  expect((await readEvents(stream)).at(-1)).toMatchObject({
    event: 'close',
    data: { code: 'user_inactive' },
  });
});

test('a revoked token is refused at every door with one code, and a ticket of before is worth nothing', async () => {
  const token = kit.issuer.token('ada');
  const headers = { authorization: `Bearer ${token}` };
  const taken = await kit.request('/v1/ws/ticket', { method: 'POST', headers });
  expect(taken.status).toBe(201);
  const { ticket } = await taken.json();
  const witness = await kit.connect('ada');
  await revokeAndPush(SESSION_ENDED);
  await witness.closed;
  expect(await codeOf(await kit.request('/v1/threads', { headers }))).toBe('session_ended');
  expect(await codeOf(await kit.request('/v1/ws/ticket', { method: 'POST', headers }))).toBe('session_ended');
  const upgrades = [
    { Authorization: `Bearer ${token}` },
    { 'Sec-WebSocket-Protocol': `netra.v1, ticket.${ticket}` },
  ];
  for (const upgrade of upgrades) {
    expect((await refusedUpgrade({ port: kit.port, headers: upgrade })).problem.code).toBe('session_ended');
  }
});

test('a user whose rights changed is looked up anew, and comes in with a new token', async () => {
  const old = await kit.connect('ada');
  kit.issuer.addUser({ user_id: 'ada', roles: ['user', 'operator'] });
  await revokeAndPush({ kind: 'user', code: 'permissions_changed', user_id: 'ada' });
  await old.closed;
  kit.clock.advance(1_000);
  const renewed = await kit.connect('ada');
  expect((await renewed.next('connection_established')).roles).toContain('operator');
  renewed.webSocket.close();
});

describe('while the auth service is out of reach', () => {
  test('known users with good tokens go on, for 5 min; strangers and forged tokens never', async () => {
    await kit.connect('ada');
    kit.issuer.state = 'down';
    kit.clock.advance(4 * 60_000);
    expect((await kit.request('/v1/threads', { user: 'ada' })).status).toBe(200);
    expect(await codeOf(await kit.request('/v1/threads', { user: 'bob' }))).toBe('auth_unavailable');
    const forged = `${kit.issuer.token('ada').split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`;
    const headers = { authorization: `Bearer ${forged}` };
    expect(await codeOf(await kit.request('/v1/threads', { headers }))).toBe('token_signature_invalid');
    kit.clock.advance(2 * 60_000);
    expect(await codeOf(await kit.request('/v1/threads', { user: 'ada' }))).toBe('auth_unavailable');
    kit.issuer.state = 'up';
  });
});
