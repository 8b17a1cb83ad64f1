import { describe, expect, test } from 'vitest';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { settle } from './testing/manual-clock.ts';
import { problem } from './testing/scripted-server.ts';
import { AT } from './testing/thread-script.ts';

const MINUTE_MS = 60_000;
/** The scripted ticket's token is good for an hour. */
const UNTIL_EXPIRING_MS = 59 * MINUTE_MS;
const EVENTS = '/v1/threads/thr_1/events';

/** A client that went around a blocked WebSocket and follows one thread. */
async function follow(overrides: Parameters<typeof createClientUnderTest>[0] = {}) {
  const under = createClientUnderTest(overrides);
  const { client, clock, server } = under;
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  server.route(({ path }) => {
    if (path === '/v1/threads') return Response.json({ items: [] });
    if (path !== EVENTS) return undefined;
    return new Response(new ReadableStream({ start: (controller) => void streams.push(controller) }));
  });
  client.threads.open('thr_1').subscribe(() => {});
  client.connect();
  await settle();
  server.socket.drop(1006);
  await settle();
  const encoder = new TextEncoder();
  /** As the gateway sends them over the stream that was opened last. */
  const send = (event: string, data: object, id?: string) =>
    streams
      .at(-1)
      ?.enqueue(
        encoder.encode(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      );
  /** The chat goes on for hours: the stream beats, or the client would take the silence for an end. */
  const live = async (durationMs: number) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 20_000) {
      send('heartbeat', { type: 'heartbeat', at: AT });
      await clock.advance(Math.min(20_000, durationMs - passedMs));
    }
  };
  const asked = () => server.requests.filter(({ path }) => path === EVENTS);
  return { ...under, streams, send, live, asked };
}

describe('over server-sent events', () => {
  test('the token is renewed a minute before its end, and each stream goes on from its place with the new one', async () => {
    const { client, live, send, asked, tokenCalls, streams } = await follow();
    send('subscribed', subscribed(7), 'epo_1:7');
    await settle();
    const { connectionId } = open(client);
    await live(UNTIL_EXPIRING_MS - 1_000);
    expect(tokenCalls).not.toContain(true);
    await live(2_000);
    expect(tokenCalls.filter(Boolean)).toHaveLength(1);
    expect(asked()).toHaveLength(2);
    expect(asked()[1]).toMatchObject({ token: 'token-1' });
    expect(asked()[1]?.headers.get('last-event-id')).toBe('epo_1:7');
    expect(streams).toHaveLength(2);
    expect(open(client)).toMatchObject({ transport: 'sse', connectionId });
  });

  test('a token of another user is not taken: it goes on as whose it is', async () => {
    const { client, server, live, tokenCalls, asked } = await follow();
    server.route(({ path, token }) =>
      path === '/v1/ws/ticket' && token === 'token-1' ? ticketOf('usr_b') : undefined,
    );
    await live(UNTIL_EXPIRING_MS + 1_000);
    expect(tokenCalls.filter(Boolean)).toHaveLength(1);
    expect(asked()).toHaveLength(1);
    expect(open(client).userId).toBe('usr_a');
  });

  test('without a fresh token it goes on to the deadline, and then says why it ended', async () => {
    let isSignedIn = true;
    const { client, clock, server, live, send } = await follow({
      getToken: () => (isSignedIn ? 'token' : Promise.reject(new TypeError('no network for tokens'))),
    });
    isSignedIn = false;
    await live(UNTIL_EXPIRING_MS + 30_000);
    expect(open(client).transport).toBe('sse');
    server.route(() => problem('token_expired'));
    send('close', { code: 'token_expired' });
    await settle();
    expect(client.connection.getState()).toMatchObject({ reason: { code: 'token_expired' } });
    await clock.advance(0);
    expect(client.connection.getState()).toMatchObject({ reason: { code: 'token_unavailable' } });
  });

  test.each(['session_ended', 'user_inactive', 'user_unknown'] as const)(
    'a stream that ends with %s ends the client',
    async (code) => {
      const { client, clock, send, asked } = await follow();
      send('close', { code });
      await clock.advance(120_000);
      expect(client.connection.getState()).toMatchObject({ status: 'refused', reason: { code } });
      expect(asked()).toHaveLength(1);
    },
  );

  test.each(['token_revoked', 'permissions_changed'] as const)(
    'a stream that ends with %s leads to a fresh token at once',
    async (code) => {
      const { client, clock, send, asked, tokenCalls } = await follow();
      send('close', { code });
      await clock.advance(0);
      expect(tokenCalls.at(-1)).toBe(true);
      expect(asked().at(-1)?.token).toBe('token-1');
      expect(open(client).transport).toBe('sse');
    },
  );

  test('a session that ends while no thread is followed shows with the next poll', async () => {
    const { client, clock, server } = createClientUnderTest();
    let hasEnded = false;
    server.route(({ path }) => {
      if (path !== '/v1/threads') return undefined;
      return hasEnded ? problem('session_ended') : Response.json({ items: [] });
    });
    client.connect();
    await settle();
    server.socket.drop(1006);
    await settle();
    hasEnded = true;
    await clock.advance(10_000);
    expect(client.connection.getState()).toMatchObject({
      status: 'refused',
      reason: { code: 'session_ended' },
    });
  });
});

function open(client: Awaited<ReturnType<typeof follow>>['client']) {
  const state = client.connection.getState();
  if (state.status !== 'open') throw new Error(`The connection is ${state.status}.`);
  return state;
}

function subscribed(lastSeq: number) {
  return {
    type: 'subscribed',
    at: AT,
    thread_id: 'thr_1',
    epoch: 'epo_1',
    last_seq: lastSeq,
    recovered: true,
  };
}

function ticketOf(userId: string): Response {
  const body = {
    ticket: 'tck_x',
    expires_in_ms: 30_000,
    ws_url: 'ws://netra.test/ws',
    user_id: userId,
    session_id: 'ses_1',
    roles: ['user'],
    permissions: ['chat'],
    token_expires_at: '2026-01-01T02:00:00.000Z',
  };
  return Response.json(body, { status: 201 });
}
