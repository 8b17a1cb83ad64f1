import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@netra/service';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Feed } from '../event-log/feed.ts';
import { openConnection } from './connection.ts';
import type { ConnectionRooms } from './connection-rooms.ts';
import type { EncodedFrame } from './encoded-frame.ts';
import { createUserBudgets } from './frame-budget.ts';
import { createLiveSet } from './live-set.ts';
import type { UserContext } from './user-context.ts';
import { createWebSocketUpgrader } from './websocket-server.ts';

/** What the rooms of the next connection do; a throw in any of them is a defect of that connection. */
let broken: { handler?: boolean; feed?: boolean } = {};
const watchers: ((frame: EncodedFrame) => void)[] = [];
const logged: string[] = [];
const liveSet = createLiveSet({ now: Date.now });
const server = createServer();

function fail(): never {
  throw new Error('a defect');
}

function roomsOf({ handler, feed }: typeof broken): ConnectionRooms {
  const scriptedFeed: Pick<Feed, 'watchOwner'> = {
    watchOwner(_ownerId, deliver) {
      if (feed) fail();
      watchers.push(deliver);
      return { close: () => undefined };
    },
  };
  return {
    // Of the feed a connection itself uses this much; the rest belongs to the handlers.
    feed: scriptedFeed as Feed,
    handlers: {
      handle: async (frame, session) =>
        handler ? fail() : session.sendError({ code: 'run_unknown' }, frame.id),
    },
    liveSet,
    userBudgets: createUserBudgets({ now: Date.now }),
    revocations: { refusalFor: () => undefined, keyRefusal: () => undefined, generation: () => 0 },
    heartbeatMs: 25_000,
    now: Date.now,
    random: () => 0.5,
    log: createLogger({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
  };
}

beforeAll(async () => {
  const upgrader = createWebSocketUpgrader();
  server.on('upgrade', (request, socket, head) => {
    const rooms = roomsOf(broken);
    upgrader.upgrade(request, socket, head, (webSocket, line) => {
      // Only the verifier makes a context; what a connection does with a defect does not depend on it.
      const context = {
        userId: 'ada',
        roles: [],
        permissions: [],
        expiresAtMs: Date.now() + 600_000,
        deadlineMs: Date.now() + 630_000,
      };
      const facts = { connectionId: 'con_1', attemptId: 'att_1', facts: { client: {} } };
      openConnection(rooms, { webSocket, line, context: context as unknown as UserContext, ...facts });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  await liveSet.stop({ graceMs: 100 });
  server.close();
});
beforeEach(() => {
  broken = {};
  watchers.length = 0;
});

async function open(rooms: typeof broken): Promise<{ socket: WebSocket; closed: Promise<unknown> }> {
  broken = rooms;
  // A TCP server has this form of address.
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  const closed = new Promise((resolve) =>
    socket.on('close', (code, reason) => resolve([code, String(reason)])),
  );
  await once(socket, 'open');
  return { socket, closed };
}

const internalError = [1011, 'internal_error'];

async function expectAlive({ socket }: { socket: WebSocket }): Promise<void> {
  socket.ping('still there');
  expect(String((await once(socket, 'pong'))[0])).toBe('still there');
  socket.close();
}

test('a handler that throws ends its connection only', async () => {
  const other = await open({});
  const unlucky = await open({ handler: true });
  unlucky.socket.send('{"type":"ping"}');
  expect(await unlucky.closed).toEqual(internalError);
  await expectAlive(other);
});

test('a feed that throws while a connection begins ends it only', async () => {
  const other = await open({});
  const unlucky = await open({ feed: true });
  expect(await unlucky.closed).toEqual(internalError);
  await expectAlive(other);
});

test('a delivery that throws ends its connection, and does not throw into the feed', async () => {
  const other = await open({});
  const unlucky = await open({});
  const defect = {
    get text() {
      return fail();
    },
  };
  await expect.poll(() => watchers.length).toBe(2);
  watchers[1]?.(defect as unknown as EncodedFrame);
  expect(await unlucky.closed).toEqual(internalError);
  await expectAlive(other);
});

test('what a client writes into its close frame is in no log', async () => {
  const { socket, closed } = await open({});
  socket.close(4_000, 'my secret is swordfish');
  await closed;
  await expect.poll(() => logged.join('')).toContain('"close_code":4000');
  expect(logged.join('')).not.toContain('swordfish');
});
