import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { settle } from './testing/manual-clock.ts';
import { problem } from './testing/scripted-server.ts';

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
