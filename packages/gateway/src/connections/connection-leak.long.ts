import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { readRetainedState } from '../testing/retained-state.ts';
import { connectSocket } from '../testing/socket-client.ts';

/** Connections of one round, all of different users; enough rounds for 10,000. */
const AT_ONCE = 100;
const ROUNDS = 100;
/** The engine compiles, pools and caches find their size. */
const WARM_UP_ROUNDS = 40;

let kit: TestGateway;
/** One for each user: verdicts on tokens are remembered, and 10,000 of them would be most of what grows. */
let tokens: string[];
beforeAll(async () => {
  // All come from one address, faster than its limit lets it where the machine is quick.
  kit = await startTestGateway({ handshakesPerMinute: 0 });
  const users = Array.from({ length: AT_ONCE }, (_, user) => `user-${user}`);
  for (const user of users) kit.issuer.addUser({ user_id: user });
  tokens = users.map((user) => kit.issuer.token(user));
});
afterAll(() => kit.close());

async function connectAll(): Promise<void> {
  const { port } = kit;
  const clients = await Promise.all(
    tokens.map((token) => connectSocket({ port, headers: { authorization: `Bearer ${token}` } })),
  );
  for (const client of clients) {
    await client.next('connection_established');
    client.send({ type: 'ping' });
    await client.next('pong');
  }
  for (const { webSocket } of clients) webSocket.close();
  await Promise.all(clients.map(({ closed }) => closed));
  const open = async () => (await kit.gateway.guideProbes.serviceStatus()).open_connections;
  await expect.poll(open, { timeout: 10_000 }).toBe(0);
}

async function measure() {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const retained = await readRetainedState();
  const resources = process.getActiveResourcesInfo();
  return {
    ...retained,
    heapBytes: process.memoryUsage().heapUsed,
    timers: resources.filter((name) => name === 'Timeout' || name === 'Immediate').length,
    sockets: resources.filter((name) => name.includes('TCPSocket')).length,
  };
}

test('10,000 connections that came and went leave heap, timers, sockets, listeners and maps as they were', async () => {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await connectAll();
  const before = await measure();
  for (let round = 0; round < ROUNDS; round++) await connectAll();
  const after = await measure();
  expect(after.heapBytes).toBeLessThan(before.heapBytes * 1.05);
  expect(after.timers).toBeLessThanOrEqual(before.timers * 1.05 + 1);
  expect(after.sockets).toBeLessThanOrEqual(before.sockets + 1);
  for (const held of ['mapEntries', 'setEntries', 'listeners'] as const) {
    expect(after[held], held).toBeLessThan(before[held] * 1.05);
    // Where there is much, a twentieth of it is more than one for each connection would be.
    expect(after[held], held).toBeLessThan(before[held] + (AT_ONCE * ROUNDS) / 10);
  }
}, 300_000);
