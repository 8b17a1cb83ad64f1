import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createNetraAuth } from './auth.ts';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { createManualClock, settle } from './testing/manual-clock.ts';
import { BASE_URL, problem } from './testing/scripted-server.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const frame = new EventTarget();

beforeAll(() => {
  vi.stubGlobal('window', frame);
  vi.stubGlobal('document', page);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

test('the network coming back cuts the wait short', async () => {
  const { client, clock, server } = createClientUnderTest();
  server.route(() => Promise.reject(new TypeError('fetch failed')));
  client.connect();
  await clock.advance(10_000);
  const before = server.requests.length;
  frame.dispatchEvent(new Event('online'));
  await settle();
  expect(server.requests).toHaveLength(before + 1);
});

test('a wait that the server asked for is not cut short by the page becoming visible', async () => {
  const { client, server } = createClientUnderTest();
  server.route(() => problem('rate_limited', { afterMs: 7_000 }));
  client.connect();
  await settle();
  page.dispatchEvent(new Event('visibilitychange'));
  await settle();
  expect(server.requests).toHaveLength(1);
});

test('after a sleep the connection has ten seconds to show that it lives', async () => {
  const { client, clock, server, open } = createClientUnderTest();
  await open();
  page.dispatchEvent(new Event('visibilitychange'));
  expect(server.socket.count('ping')).toBe(1);
  server.socket.push({ type: 'pong' });
  await clock.advance(12_000);
  expect(client.connection.getState().status).toBe('open');
  page.dispatchEvent(new Event('visibilitychange'));
  await clock.advance(10_000);
  expect(client.connection.getState()).toMatchObject({
    status: 'waiting',
    reason: { code: 'heartbeat_lost' },
  });
});

test('a closed client no longer listens to the page', async () => {
  const { client, server, open } = createClientUnderTest();
  await open();
  client.close();
  page.dispatchEvent(new Event('visibilitychange'));
  frame.dispatchEvent(new Event('online'));
  await settle();
  expect(server.socket.sent).toEqual([]);
  expect(server.sockets).toHaveLength(1);
});

/** The client of an application that keeps its tokens as the web app does. Each token is good for ten minutes. */
async function openSignedIn() {
  const clock = createManualClock();
  const auth = createNetraAuth({
    url: BASE_URL,
    clock,
    fetch: (input, init) => under.server.fetch(input, init),
  });
  const under = createClientUnderTest({ clock, getToken: auth.getToken });
  let tokens = 0;
  under.server.route(({ path }) => {
    if (path !== '/auth/token') return undefined;
    tokens += 1;
    const user = { user_id: 'usr_a', email: 'a@example.com', name: 'Ada', roles: [], permissions: [] };
    return Response.json({ access_token: `signed-${tokens}`, token_type: 'Bearer', expires_in: 600, user });
  });
  await under.open();
  await settle();
  const since = under.server.requests.length;
  /** What was asked for after the first opening, in order, with the token that it carried. */
  const asked = () =>
    under.server.requests.slice(since).map(({ path, token }) => `${path} ${token ?? ''}`.trim());
  return { ...under, clock, asked };
}

const HOUR_MS = 60 * 60_000;

test('after an hour asleep a fresh token is fetched first, then a ticket by it, then the socket is opened', async () => {
  const { client, clock, server, asked } = await openSignedIn();
  clock.sleep(HOUR_MS);
  page.dispatchEvent(new Event('visibilitychange'));
  await settle();
  expect(client.connection.getState()).toMatchObject({
    status: 'waiting',
    reason: { code: 'heartbeat_lost' },
  });
  await clock.advance(250);
  expect(asked()).toEqual(['/auth/token', '/v1/ws/ticket signed-2']);
  expect(server.sockets).toHaveLength(2);
  server.socket.establish();
  expect(client.connection.getState().status).toBe('open');
});

test('without a network after the sleep nothing old is sent, and `online` starts with the token', async () => {
  const { client, clock, server, asked } = await openSignedIn();
  let isOffline = true;
  server.route(() => (isOffline ? Promise.reject(new TypeError('fetch failed')) : undefined));
  clock.sleep(HOUR_MS);
  page.dispatchEvent(new Event('visibilitychange'));
  await clock.advance(20_000);
  expect(new Set(asked())).toEqual(new Set(['/auth/token']));
  const before = asked().length;
  isOffline = false;
  frame.dispatchEvent(new Event('online'));
  await settle();
  expect(asked().slice(before)).toEqual(['/auth/token', '/v1/ws/ticket signed-2']);
  server.socket.establish();
  expect(client.connection.getState().status).toBe('open');
});

test('a short sleep costs neither a token nor a socket where the server still answers', async () => {
  const { client, clock, server, asked } = await openSignedIn();
  clock.sleep(20_000);
  page.dispatchEvent(new Event('visibilitychange'));
  server.socket.push({ type: 'pong' });
  await clock.advance(20_000);
  expect(asked()).toEqual([]);
  expect(client.connection.getState().status).toBe('open');
});
