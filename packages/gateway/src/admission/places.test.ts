import { newId } from '@netra/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BusListener } from '../bus/event-bus.ts';
import { createLiveSet } from '../connections/live-set.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';
import type { SocketClient } from '../testing/socket-client.ts';
import { createPlaces } from './places.ts';

const LIMIT = 8;

let here: TestGateway;
let there: TestGateway;
beforeAll(async () => {
  here = await startTestGateway({ maxConnectionsPerUser: LIMIT });
  there = await startTestGateway({ maxConnectionsPerUser: LIMIT, beside: here });
});
afterAll(async () => {
  await there.close();
  await here.close();
});

const open = (kit: TestGateway, userId: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => kit.connect(userId)));

async function close(clients: readonly SocketClient[]): Promise<void> {
  for (const { webSocket } of clients) webSocket.close();
  await Promise.all(clients.map(({ closed }) => closed));
}

/** Whether a place is left, as the ticket's forecast says. */
async function hasPlace(kit: TestGateway, userId: string): Promise<boolean> {
  const ticket = await kit.request('/v1/ws/ticket', { user: userId, method: 'POST' });
  return ticket.status === 201;
}

async function refusalAt(kit: TestGateway, userId: string): Promise<unknown> {
  const headers = { Authorization: `Bearer ${kit.issuer.token(userId)}` };
  return (await refusedUpgrade({ port: kit.port, headers })).problem.code;
}

test('what a user has open on one node counts on the other, and frees its places there', async () => {
  const first = await open(here, 'ada', 5);
  const second = await open(there, 'ada', 3);
  for (const kit of [here, there]) {
    await expect.poll(() => hasPlace(kit, 'ada'), { timeout: 5_000 }).toBe(false);
    expect(await refusalAt(kit, 'ada')).toBe('connection_limit');
  }
  await close(first);
  await expect.poll(() => hasPlace(there, 'ada'), { timeout: 5_000 }).toBe(true);
  second.push(await there.connect('ada'));
  await close(second);
});

test('the other node says nothing of a user with few connections: such a one is over the limit by less than a quarter', async () => {
  const few = await open(here, 'bob', 1);
  const many = await open(there, 'bob', LIMIT);
  expect(many).toHaveLength(LIMIT);
  expect(await refusalAt(there, 'bob')).toBe('connection_limit');
  await close([...few, ...many]);
});

test('a node that drains tells the others that its places are free, though no run keeps it', async () => {
  const leaving = await startTestGateway({ maxConnectionsPerUser: LIMIT, beside: here });
  const sent = await open(leaving, 'bob', LIMIT);
  await expect.poll(() => hasPlace(here, 'bob'), { timeout: 5_000 }).toBe(false);
  await leaving.close();
  await Promise.all(sent.map(({ closed }) => closed));
  await expect.poll(() => hasPlace(here, 'bob'), { timeout: 5_000 }).toBe(true);
  await close(await open(here, 'bob', LIMIT));
});

test('what a node said that was killed keeps its users out for a quarter of a minute at most', () => {
  let nowMs = 0;
  let hear: BusListener = () => undefined;
  const bus = {
    publish: () => undefined,
    listen: (listener: BusListener) => {
      hear = listener;
    },
    start: async () => undefined,
    stop: async () => undefined,
  };
  const now = () => nowMs;
  const signal = AbortSignal.abort();
  const places = createPlaces({ limit: LIMIT, liveSet: createLiveSet({ now }), bus, now, signal });
  hear({ kind: 'connections', node_id: newId('nod'), owner_id: 'ada', count: LIMIT });
  expect(places.countOf('ada')).toBe(LIMIT);
  nowMs = 14_000;
  expect(places.countOf('ada')).toBe(LIMIT);
  nowMs = 15_000;
  expect(places.countOf('ada')).toBe(0);
});
