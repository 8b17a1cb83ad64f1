import { describe, expect, test } from 'vitest';
import { NetraError } from './netra-error.ts';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { settle } from './testing/manual-clock.ts';
import { problem } from './testing/scripted-server.ts';

describe('opening', () => {
  test('nothing happens before it is asked for', async () => {
    const { client, server } = createClientUnderTest();
    await settle();
    expect(client.connection.getState()).toEqual({ status: 'idle' });
    expect(server.requests).toEqual([]);
  });

  test('takes a ticket with the bearer token and offers it as a subprotocol', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/ws/ticket',
      token: 'token-0',
      body: {},
    });
    expect(server.socket.protocols).toEqual(['netra.v1', 'ticket.tck_1']);
    expect(client.connection.getState()).toMatchObject({
      status: 'open',
      userId: 'usr_a',
      connectionId: 'con_1',
    });
  });

  test('without a WebSocket it is refused with a fix, and messages fail at once', async () => {
    // `undefined` would be the default again: Node 20 has no global one either.
    const { client } = createClientUnderTest({ WebSocket: undefined as never });
    if (typeof WebSocket !== 'undefined') return;
    client.connect();
    await settle();
    expect(client.connection.getState()).toMatchObject({
      status: 'refused',
      reason: { code: 'websocket_missing' },
    });
    await expect(client.threads.draft().send('Hi').accepted).rejects.toMatchObject({
      code: 'websocket_missing',
    });
  });

  test('a socket that never says hello is given up after 3.5 s: server-sent events go on in its place', async () => {
    const { client, clock, server } = createClientUnderTest();
    server.route(({ path }) => (path === '/v1/threads' ? Response.json({ items: [] }) : undefined));
    client.connect();
    await clock.advance(3_499);
    expect(client.connection.getState().status).toBe('connecting');
    await clock.advance(1);
    expect(client.connection.getState()).toMatchObject({ status: 'open', transport: 'sse', userId: 'usr_a' });
  });

  test('a way around is left as soon as a WebSocket opens and lives', async () => {
    const { client, clock, server } = createClientUnderTest();
    server.route(({ path }) => (path === '/v1/threads' ? Response.json({ items: [] }) : undefined));
    client.connect();
    await settle();
    server.socket.drop(1006);
    await settle();
    expect(client.connection.getState()).toMatchObject({ status: 'open', transport: 'sse' });
    await clock.advance(30_000);
    expect(server.sockets).toHaveLength(2);
    server.socket.establish();
    await clock.advance(2_000);
    expect(server.sockets).toHaveLength(3);
    server.socket.establish();
    expect(client.connection.getState()).toMatchObject({ status: 'open', transport: 'websocket' });
  });
});

describe('refusals', () => {
  test('the refusal behind a failed upgrade is learned by asking with the previous ticket', async () => {
    const { client, server } = createClientUnderTest();
    server.route(({ body }) =>
      JSON.stringify(body).includes('previous_ticket') ? problem('connection_limit') : undefined,
    );
    client.connect();
    await settle();
    server.socket.drop(1006);
    await settle();
    expect(server.requests[1]?.body).toEqual({ previous_ticket: 'tck_1' });
    expect(client.connection.getState()).toMatchObject({
      status: 'waiting',
      reason: { code: 'connection_limit', attemptId: 'att_9' },
    });
  });

  test('a failed upgrade of which the server knows nothing leads around what lies between', async () => {
    const { client, server } = createClientUnderTest();
    client.connect();
    await settle();
    server.socket.drop(1006);
    await settle();
    expect(server.requests[1]?.body).toEqual({ previous_ticket: 'tck_1' });
    expect(client.connection.getState()).not.toMatchObject({ transport: 'websocket' });
    expect(server.requests.at(-1)?.path).toBe('/v1/threads');
  });

  test.each(['session_ended', 'user_inactive', 'origin_not_allowed'] as const)(
    '%s is terminal: no retry until connect is called',
    async (code) => {
      const { client, clock, server } = createClientUnderTest();
      let isRefusing = true;
      server.route(() => (isRefusing ? problem(code) : undefined));
      client.connect();
      await clock.advance(120_000);
      expect(client.connection.getState()).toMatchObject({ status: 'refused', reason: { code } });
      expect(server.requests).toHaveLength(1);
      isRefusing = false;
      client.connect();
      await settle();
      expect(server.sockets).toHaveLength(1);
    },
  );

  test('nobody signed in is a refusal, not a retry', async () => {
    const { client, clock } = createClientUnderTest({ getToken: () => undefined });
    client.connect();
    await clock.advance(60_000);
    expect(client.connection.getState()).toMatchObject({
      status: 'refused',
      reason: { code: 'credential_missing' },
    });
  });

  test('an expired token is renewed once at once, then with backoff', async () => {
    const { client, clock, server, tokenCalls } = createClientUnderTest();
    server.route(() => problem('token_expired'));
    client.connect();
    await clock.advance(0);
    expect(tokenCalls).toEqual([false, true]);
    expect(client.connection.getState()).toMatchObject({
      status: 'waiting',
      reason: { code: 'token_expired' },
    });
    await clock.advance(500);
    expect(tokenCalls).toEqual([false, true, true]);
  });

  test('a wait that the server asks for is kept', async () => {
    const { clock, client, server } = createClientUnderTest();
    server.route(() => problem('rate_limited', { afterMs: 7_000 }));
    client.connect();
    await clock.advance(7_249);
    expect(server.requests).toHaveLength(1);
    await clock.advance(1);
    expect(server.requests).toHaveLength(2);
  });

  test('a server that is down is tried again with growing waits, and never given up', async () => {
    const { client, clock, server } = createClientUnderTest();
    server.route(() => Promise.reject(new TypeError('fetch failed')));
    client.connect();
    await clock.advance(250);
    expect(server.requests).toHaveLength(2);
    await clock.advance(500);
    expect(server.requests).toHaveLength(3);
    await clock.advance(300_000);
    expect(server.requests.length).toBeGreaterThan(20);
    expect(client.connection.getState()).toMatchObject({
      status: 'waiting',
      reason: { code: 'server_unreachable' },
    });
  });

  test('the error page of a proxy is not mistaken for a refusal', async () => {
    const { client, server } = createClientUnderTest();
    server.route(() => new Response('<html>Bad gateway</html>', { status: 502 }));
    client.connect();
    await settle();
    expect(client.connection.getState()).toMatchObject({
      status: 'waiting',
      reason: { code: 'response_unreadable' },
    });
  });
});

describe('an open connection', () => {
  test('that is lost comes back within 250 ms', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    await clock.advance(6_000);
    server.socket.drop(1006);
    await settle();
    expect(client.connection.getState()).toMatchObject({
      status: 'waiting',
      reason: { code: 'connection_lost' },
    });
    await clock.advance(250);
    expect(server.sockets).toHaveLength(2);
  });

  test('that breaks at once, again and again, does not become a tight loop', async () => {
    const { clock, server, open } = createClientUnderTest();
    await open();
    for (let turn = 0; turn < 100; turn += 1) {
      server.socket.establish();
      server.socket.drop(1013, 'overloaded');
      await clock.advance(250);
    }
    expect(server.sockets.length).toBeLessThan(12);
  });

  test('that says nothing for 35 s is replaced', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    await clock.advance(25_000);
    server.socket.push({ type: 'heartbeat' });
    await clock.advance(34_999);
    expect(client.connection.getState().status).toBe('open');
    await clock.advance(1);
    expect(client.connection.getState()).toMatchObject({
      status: 'waiting',
      reason: { code: 'heartbeat_lost' },
    });
    await clock.advance(250);
    expect(server.sockets).toHaveLength(2);
  });

  test('renews its token in place when the server says that it expires', async () => {
    const { server, tokenCalls, open } = createClientUnderTest();
    await open();
    server.socket.push({ type: 'token_expiring', token_expires_at: '2026-01-01T00:01:00.000Z' });
    await settle();
    expect(tokenCalls).toEqual([false, true]);
    expect(server.socket.last('renew_token').token).toBe('token-1');
    expect(server.sockets).toHaveLength(1);
  });

  test('is left as it was when no new token can be had', async () => {
    let isSignedIn = true;
    const { client, clock, server, open } = createClientUnderTest({
      getToken: () => (isSignedIn ? 'token' : Promise.reject(new NetraError('session_ended'))),
    });
    await open();
    isSignedIn = false;
    server.socket.push({ type: 'token_expiring', token_expires_at: '2026-01-01T00:01:00.000Z' });
    await settle();
    expect(client.connection.getState().status).toBe('open');
    server.socket.drop(3000, 'token_expired');
    await clock.advance(0);
    expect(client.connection.getState()).toMatchObject({
      status: 'refused',
      reason: { code: 'session_ended' },
    });
  });

  test('that drains takes no more messages and comes back when the server wants it', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    server.socket.push({ type: 'draining', reconnect_after_ms: 2_000 });
    expect(client.connection.getState()).toMatchObject({ status: 'open', isDraining: true });
    client.threads.draft().send('Hi');
    expect(server.socket.count('user_message')).toBe(0);
    server.socket.drop(1012, 'draining');
    await clock.advance(2_249);
    expect(server.sockets).toHaveLength(1);
    await clock.advance(1);
    server.socket.establish();
    expect(server.socket.count('user_message')).toBe(1);
  });

  test('that drains is left a second after the time to come back, where no close comes: the reason stays', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    server.socket.push({ type: 'draining', reconnect_after_ms: 500 });
    await clock.advance(1_499);
    expect(client.connection.getState().status).toBe('open');
    await clock.advance(1);
    expect(client.connection.getState()).toMatchObject({ status: 'waiting', reason: { code: 'draining' } });
    expect(server.socket.closedWith).toBe(1000);
  });

  test.each(['max_age', 'draining'] as const)(
    'that ends with %s after it was announced says so',
    async (code) => {
      const { client, clock, server, open } = createClientUnderTest();
      await open();
      server.socket.push({ type: 'draining', reconnect_after_ms: 0 });
      await clock.advance(100);
      server.socket.drop(1012, code);
      await settle();
      expect(client.connection.getState()).toMatchObject({ status: 'waiting', reason: { code } });
    },
  );

  test('that finds a message too fast gets the same one again, with the same id, after the wait it asks for', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    client.threads.draft().send('Hi');
    const { id } = server.socket.last('user_message');
    const retry = { advice: 'after', after_ms: 3_000 } as const;
    server.socket.push({ type: 'error', ref: id, code: 'rate_limited', detail: 'd', fix: 'f', retry });
    await clock.advance(2_999);
    expect(server.socket.count('user_message')).toBe(1);
    await clock.advance(1_001);
    expect(server.socket.count('user_message')).toBe(2);
    expect(server.socket.last('user_message').id).toBe(id);
  });

  test('closed by the server for a reason that is final is not opened again', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    server.socket.drop(3003, 'disconnected_by_operator');
    await clock.advance(60_000);
    expect(client.connection.getState()).toMatchObject({
      status: 'refused',
      reason: { code: 'disconnected_by_operator' },
    });
    expect(server.sockets).toHaveLength(1);
  });
});

describe('close', () => {
  test.each(['idle', 'connecting', 'open', 'waiting'] as const)(
    'leaves no timer and no socket when %s',
    async (status) => {
      const { client, clock, server, open } = createClientUnderTest();
      if (status === 'connecting') client.connect();
      if (status === 'open' || status === 'waiting') await open();
      await settle();
      if (status === 'waiting') server.socket.drop(1006);
      await settle();
      expect(client.connection.getState().status).toBe(status);
      client.close();
      await settle();
      expect(clock.pendingCount).toBe(0);
      expect(server.sockets.every(({ closedWith }) => closedWith !== undefined)).toBe(true);
      expect(client.connection.getState()).toEqual({ status: 'closed' });
    },
  );

  test('ends what is under way with client_closed, and nothing starts again', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    const run = client.threads.draft().send('Hi');
    client.close();
    await expect(run.accepted).rejects.toMatchObject({ code: 'client_closed' });
    await expect(run.result()).rejects.toMatchObject({ code: 'client_closed' });
    await expect(client.threads.draft().send('Hi').accepted).rejects.toMatchObject({ code: 'client_closed' });
    await expect(client.threads.list()).rejects.toMatchObject({ code: 'client_closed' });
    client.connect();
    await clock.advance(60_000);
    expect(server.sockets).toHaveLength(1);
    expect(clock.pendingCount).toBe(0);
  });
});
