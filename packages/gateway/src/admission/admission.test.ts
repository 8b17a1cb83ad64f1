import { connect } from 'node:net';
import { REASONS, type ReasonCode } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALLOWED_ORIGIN, startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { type RawUpgrade, refusedUpgrade, upgradeRequest } from '../testing/raw-upgrade.ts';
import { connectSocket } from '../testing/socket-client.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
  kit.issuer.addUser({ user_id: 'inactive', active: false });
  kit.issuer.addUser({ user_id: 'mute', permissions: [] });
});
afterAll(() => kit.close());

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const good = () => bearer(kit.issuer.token('ada'));
const expiresAt = (offsetS: number) => Math.floor(kit.clock.now() / 1000) + offsetS;

const OPERATOR = { user: { userId: 'operator', roles: [], permissions: [] }, operator: true };
async function refusalsNamed(code: ReasonCode): Promise<string[]> {
  const { refusals } = await kit.gateway.guideProbes.recentRefusals(OPERATOR);
  return refusals.filter((refused) => refused.code === code).map((refused) => refused.attempt_id);
}

type Case = [name: string, code: ReasonCode, request: () => Omit<RawUpgrade, 'port'>];

const CASES: Case[] = [
  ['another path', 'route_unknown', () => ({ path: '/wss', headers: good() })],
  ['an upgrade to something else', 'upgrade_missing', () => ({ headers: { ...good(), Upgrade: 'h2c' } })],
  ['a method other than GET', 'method_not_allowed', () => ({ method: 'POST', headers: good() })],
  ['an old version', 'upgrade_missing', () => ({ headers: { ...good(), 'Sec-WebSocket-Version': '8' } })],
  ['no key', 'request_malformed', () => ({ headers: { ...good(), 'Sec-WebSocket-Key': undefined } })],
  [
    'a key that is too short',
    'request_malformed',
    () => ({ headers: { ...good(), 'Sec-WebSocket-Key': 'AA==' } }),
  ],
  ['a foreign origin', 'origin_not_allowed', () => ({ headers: { ...good(), Origin: 'https://evil.test' } })],
  [
    'an origin that ends alike',
    'origin_not_allowed',
    () => ({ headers: { ...good(), Origin: `${ALLOWED_ORIGIN}.evil` } }),
  ],
  ['the null origin', 'origin_not_allowed', () => ({ headers: { ...good(), Origin: 'null' } })],
  [
    'two origins',
    'origin_not_allowed',
    () => ({ headers: { ...good(), Origin: [ALLOWED_ORIGIN, ALLOWED_ORIGIN] } }),
  ],
  [
    'another subprotocol',
    'subprotocol_unsupported',
    () => ({ headers: { ...good(), 'Sec-WebSocket-Protocol': 'graphql-ws' } }),
  ],
  [
    'a broken list of subprotocols',
    'subprotocol_unsupported',
    () => ({ headers: { ...good(), 'Sec-WebSocket-Protocol': 'netra.v1,,x' } }),
  ],
  ['a token in the URL', 'credential_in_url', () => ({ path: `/ws?token=${kit.issuer.token('ada')}` })],
  [
    'a token in the URL under any name',
    'credential_in_url',
    () => ({ path: `/ws?x=${kit.issuer.token('ada')}`, headers: good() }),
  ],
  [
    'two Authorization headers',
    'credential_ambiguous',
    () => ({
      headers: { Authorization: [`Bearer ${kit.issuer.token('ada')}`, `Bearer ${kit.issuer.token('bob')}`] },
    }),
  ],
  [
    'a header and a subprotocol',
    'credential_ambiguous',
    () => ({
      headers: { ...good(), 'Sec-WebSocket-Protocol': `netra.v1, bearer.${kit.issuer.token('bob')}` },
    }),
  ],
  [
    'a ticket twice',
    'credential_ambiguous',
    () => ({ headers: { 'Sec-WebSocket-Protocol': 'netra.v1, ticket.a, ticket.a' } }),
  ],
  ['no credential', 'credential_missing', () => ({})],
  [
    'a cookie only',
    'credential_missing',
    () => ({ headers: { Cookie: `session=${kit.issuer.token('ada')}` } }),
  ],
  ['basic authentication only', 'credential_missing', () => ({ headers: { Authorization: 'Basic YTpi' } })],
  ['an empty bearer', 'token_malformed', () => ({ headers: { Authorization: 'Bearer' } })],
  ['nonsense', 'token_malformed', () => ({ headers: bearer('nonsense') })],
  [
    'another algorithm',
    'token_algorithm_refused',
    () => ({ headers: bearer(kit.issuer.token('ada', { header: { alg: 'none' } })) }),
  ],
  [
    'an unknown key',
    'token_key_unknown',
    () => ({ headers: bearer(kit.issuer.token('ada', { header: { kid: 'other' } })) }),
  ],
  [
    'an expired token',
    'token_expired',
    () => ({ headers: bearer(kit.issuer.token('ada', { claims: { exp: expiresAt(-60) } })) }),
  ],
  [
    'a token of another environment',
    'token_environment_wrong',
    () => ({ headers: bearer(kit.issuer.token('ada', { claims: { env: 'staging' } })) }),
  ],
  [
    'a token for another audience',
    'token_audience_wrong',
    () => ({ headers: bearer(kit.issuer.token('ada', { claims: { aud: 'other' } })) }),
  ],
  [
    'a token of another issuer',
    'token_issuer_untrusted',
    () => ({ headers: bearer(kit.issuer.token('ada', { claims: { iss: 'https://evil.test' } })) }),
  ],
  ['a user that is not there', 'user_unknown', () => ({ headers: bearer(kit.issuer.token('ghost')) })],
  ['a deactivated user', 'user_inactive', () => ({ headers: bearer(kit.issuer.token('inactive')) })],
  ['a user who may not chat', 'permission_missing', () => ({ headers: bearer(kit.issuer.token('mute')) })],
  [
    'a ticket that was never issued',
    'ticket_unknown',
    () => ({ headers: { 'Sec-WebSocket-Protocol': 'netra.v1, ticket.AAAAAAAAAAAAAAAAAAAAAA' } }),
  ],
];

describe('an upgrade', () => {
  test.each(CASES)('with %s is refused as %s', async (_name, code, request) => {
    const answer = await refusedUpgrade({ port: kit.port, ...request() });
    expect(answer.problem).toMatchObject({
      code,
      status: REASONS[code].http,
      type: `${kit.url}/reasons/${code}`,
    });
    expect(answer.status).toBe(REASONS[code].http);
    expect(answer.raw).not.toContain('101 Switching');
    expect(answer.header('content-type')).toBe('application/problem+json');
    expect(answer.header('netra-attempt-id')).toBe(answer.problem.attempt_id);
    expect(answer.header('www-authenticate') !== undefined).toBe(answer.status === 401);
  });

  test('with a token that the REST edge refuses is refused for the same reason there', async () => {
    const tokens = [
      kit.issuer.token('ada', { claims: { exp: expiresAt(-60) } }),
      kit.issuer.token('ada', { claims: { env: 'staging' } }),
      kit.issuer.token('ghost'),
      kit.issuer.token('inactive'),
      kit.issuer.token('mute'),
      'nonsense',
    ];
    for (const token of tokens) {
      const upgrade = await refusedUpgrade({ port: kit.port, headers: bearer(token) });
      for (const path of ['/v1/ws/ticket', '/v1/threads']) {
        const response = await fetch(`${kit.url}${path}`, {
          method: path.endsWith('ticket') ? 'POST' : 'GET',
          headers: bearer(token),
        });
        expect(response.status).toBe(upgrade.status);
        expect(await response.json()).toMatchObject({ code: upgrade.problem.code });
      }
    }
  });

  test('that a proxy turned into a plain GET is told so', async () => {
    const response = await kit.request('/ws', { user: 'ada' });
    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('websocket');
    expect(await response.json()).toMatchObject({ code: 'upgrade_missing' });
  });

  test('is refused readably for a page of an allowed origin, and opaquely for others', async () => {
    const allowed = await refusedUpgrade({ port: kit.port, headers: { Origin: ALLOWED_ORIGIN } });
    expect(allowed.header('access-control-allow-origin')).toBe(ALLOWED_ORIGIN);
    expect(allowed.header('access-control-expose-headers')).toContain('Netra-Attempt-Id');
    const foreign = await refusedUpgrade({ port: kit.port, headers: { Origin: 'https://evil.test' } });
    expect(foreign.header('access-control-allow-origin')).toBeUndefined();
  });

  test('echoes netra.v1 and never the credential beside it', async () => {
    const client = await connectSocket({
      port: kit.port,
      protocols: ['netra.v1', `bearer.${kit.issuer.token('ada')}`],
    });
    expect(client.webSocket.protocol).toBe('netra.v1');
    client.webSocket.close();
    await client.closed;
  });

  test('beyond the limit of a user is refused, and others still come in', async () => {
    const open = await Promise.all(Array.from({ length: 20 }, () => kit.connect('bob')));
    const answer = await refusedUpgrade({ port: kit.port, headers: bearer(kit.issuer.token('bob')) });
    expect(answer.problem).toMatchObject({ code: 'connection_limit', status: 429 });
    expect(answer.header('retry-after')).toBeDefined();
    const ticket = await kit.request('/v1/ws/ticket', { user: 'bob', method: 'POST' });
    expect(await ticket.json()).toMatchObject({ code: 'connection_limit' });
    open.push(await kit.connect('ada'));
    for (const client of open) client.webSocket.close();
    await Promise.all(open.map((client) => client.closed));
  });

  test('leaves an attempt that its holder can look up, without user or token', async () => {
    const token = kit.issuer.token('inactive');
    const { problem } = await refusedUpgrade({ port: kit.port, headers: bearer(token) });
    const response = await kit.request(`/v1/attempts/${String(problem.attempt_id)}`);
    const summary = await response.text();
    expect(JSON.parse(summary)).toMatchObject({ attempt_id: problem.attempt_id, code: 'user_inactive' });
    expect(summary).not.toContain('"inactive"');
    const unknown = await kit.request('/v1/attempts/att_unknown');
    expect(await unknown.json()).toMatchObject({ code: 'attempt_unknown' });
  });
});

describe('while the auth service', () => {
  test('is down, a user it never vouched for gets 503 and not 401', async () => {
    kit.issuer.addUser({ user_id: 'carl' });
    kit.issuer.state = 'down';
    const answer = await refusedUpgrade({ port: kit.port, headers: bearer(kit.issuer.token('carl')) });
    expect(answer.problem).toMatchObject({ code: 'auth_unavailable', status: 503 });
    expect(answer.header('retry-after')).toBeDefined();
    const known = await kit.connect('ada');
    known.webSocket.close();
    await known.closed;
    kit.issuer.state = 'up';
  });

  test('hangs, a client that leaves is recorded with the step it waited on', async () => {
    kit.issuer.state = 'hanging';
    for (const leave of ['end', 'destroy'] as const) {
      const user = `leaves-by-${leave}`;
      const socket = connect(kit.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(upgradeRequest({ headers: bearer(kit.issuer.token(user)) }));
      await expect.poll(() => kit.issuer.requests.join()).toContain(user);
      socket[leave]();
      const gone = () => refusalsNamed('client_gone');
      await expect.poll(async () => (await gone()).length).toBe(leave === 'end' ? 1 : 2);
      const attempt = await kit.gateway.guideProbes.explainAttempt({
        ...OPERATOR,
        attemptId: (await gone())[0] ?? '',
      });
      expect(attempt?.explanation?.path.at(-1)).toMatchObject({
        step: 'user_status',
        outcome: 'client_gone',
      });
    }
    kit.issuer.state = 'up';
  });
});

test('a handshake that outlives its deadline is refused with the step that took the time', async () => {
  const slow = await startTestGateway({ handshakeDeadlineMs: 100 });
  slow.issuer.state = 'hanging';
  const answer = await refusedUpgrade({ port: slow.port, headers: bearer(slow.issuer.token('ada')) });
  expect(answer.problem).toMatchObject({ code: 'handshake_deadline', status: 503 });
  expect(answer.problem.detail).toContain('user_status');
  slow.issuer.state = 'up';
  await slow.close();
});

test('a stopping gateway refuses with draining and closes what is open with 1012', async () => {
  const stopping = await startTestGateway();
  const client = await stopping.connect('ada');
  await client.next('connection_established');
  const stopped = stopping.gateway.stop({ reason: 'test', graceMs: 1_000 });
  const answer = await refusedUpgrade({ port: stopping.port, headers: bearer(stopping.issuer.token('ada')) });
  expect(answer.problem).toMatchObject({ code: 'draining', status: 503 });
  expect(await client.next('draining')).toMatchObject({ reconnect_after_ms: 1_000 });
  expect(await client.closed).toEqual({ code: 1012, reason: 'draining' });
  await stopped;
  await stopping.close();
});
