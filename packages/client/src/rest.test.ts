import { describe, expect, test } from 'vitest';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { problem } from './testing/scripted-server.ts';
import { threadInfo } from './testing/thread-script.ts';
import { socketUrl } from './ticket.ts';

describe('requests', () => {
  test('carry the bearer token, the query and JSON', async () => {
    const { client, server } = createClientUnderTest();
    server.route(({ path, method }) => {
      if (path === '/v1/threads?limit=10') return Response.json({ items: [threadInfo] });
      return method === 'PATCH' ? Response.json(threadInfo) : undefined;
    });
    expect((await client.threads.list({ limit: 10 })).items).toEqual([threadInfo]);
    await client.threads.rename('thr/1', 'New');
    expect(server.requests[1]).toMatchObject({
      method: 'PATCH',
      path: '/v1/threads/thr%2F1',
      token: 'token-0',
      body: { title: 'New' },
    });
  });

  test('renew a stale token once', async () => {
    const { client, server, tokenCalls } = createClientUnderTest();
    server.route(({ token }) =>
      token === 'token-0' ? problem('token_expired') : Response.json({ items: [] }),
    );
    expect(await client.threads.list()).toEqual({ items: [] });
    expect(tokenCalls).toEqual([false, true]);
  });

  test('give up a token that stays stale', async () => {
    const { client, server } = createClientUnderTest();
    server.route(() => problem('token_expired'));
    await expect(client.threads.list()).rejects.toMatchObject({ code: 'token_expired' });
    expect(server.requests).toHaveLength(2);
  });

  test('end after 15 s without an answer', async () => {
    const { client, clock, server } = createClientUnderTest();
    server.route(() => new Promise<Response>(() => {}));
    const listing = client.threads.list();
    const outcome = expect(listing).rejects.toMatchObject({ code: 'server_unreachable' });
    await clock.advance(15_000);
    await outcome;
  });

  test('a deletion has no body to read', async () => {
    const { client, server } = createClientUnderTest();
    server.route(() => new Response(null, { status: 204 }));
    await expect(client.threads.delete('thr_1')).resolves.toBeUndefined();
  });
});

describe('an answer', () => {
  test('is read as text where the caller asks for that', async () => {
    const { client, server } = createClientUnderTest();
    server.route(() => new Response('# A report'));
    expect(await client.request({ path: '/v1/x', answer: 'text' })).toBe('# A report');
    await expect(client.request({ path: '/v1/x' })).rejects.toMatchObject({ code: 'response_unreadable' });
  });
});

describe('the address of the socket', () => {
  test('stays on the loopback name that the page came from', () => {
    expect(socketUrl('ws://localhost:8080/ws', 'http://127.0.0.1:8080')).toBe('ws://127.0.0.1:8080/ws');
  });

  test('is otherwise what the server says', () => {
    expect(socketUrl('wss://sockets.example.org/ws', 'https://example.org')).toBe(
      'wss://sockets.example.org/ws',
    );
    expect(socketUrl('ws://localhost:9000/ws', 'http://127.0.0.1:8080')).toBe('ws://localhost:9000/ws');
  });
});
