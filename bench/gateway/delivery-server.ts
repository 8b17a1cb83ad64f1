import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ThreadEvent } from '@netra/protocol';
import { createLogger } from '@netra/service';
import type { Verdict } from '@netra/token';
import { openConnection } from '../../packages/gateway/src/connections/connection.ts';
import { createUserBudgets } from '../../packages/gateway/src/connections/frame-budget.ts';
import type { FrameHandlers } from '../../packages/gateway/src/connections/frame-handlers.ts';
import { createLiveSet } from '../../packages/gateway/src/connections/live-set.ts';
import type { Session } from '../../packages/gateway/src/connections/session.ts';
import type { SocketLine } from '../../packages/gateway/src/connections/socket-line.ts';
import { createUserContext } from '../../packages/gateway/src/connections/user-context.ts';
import { createWebSocketUpgrader } from '../../packages/gateway/src/connections/websocket-server.ts';
import { createFeed, type FeedSource } from '../../packages/gateway/src/event-log/feed.ts';
import { createSerialQueues } from '../../packages/gateway/src/event-log/serial-queues.ts';
import { createBenchIssuer, tokensOf, verifierOf } from './bench-issuer.ts';
import type { Contender } from './contender.ts';
import { type EventTarget, sendEvents, threadOf } from './send-events.ts';

export interface ThreadPlace {
  ownerId: string;
  threadId: string;
}

/** Makes a thread whose events are stored before they are delivered; resolves to where they go in. */
export type OpenJournal = (
  thread: ThreadPlace,
  deliver: (stored: ThreadEvent[]) => void,
) => Promise<(events: ThreadEvent[]) => void>;

/**
 * The gateway's own feed and connections, both sides of the comparison starting from an event object: without a journal it
 * goes in where it would after it was stored, and takes the way to the socket that every event takes; nothing is read from
 * or announced to a database.
 */
export async function deliveryServer(openJournal?: OpenJournal): Promise<Contender> {
  const issuer = createBenchIssuer();
  const verifier = await verifierOf(issuer);
  const feed = createQuietFeed();
  const open = new Map<Session, EventTarget>();
  const lines = new Map<string, SocketLine>();
  let begun = 0;
  const handlers: FrameHandlers = {
    async handle(_frame, session) {
      const thread = { ownerId: session.context().userId, threadId: threadOf(begun++) };
      const deliver = (events: ThreadEvent[]) => feed.deliver(thread.ownerId, thread.threadId, events);
      const send = openJournal === undefined ? deliver : await openJournal(thread, deliver);
      const waitingBytes = () => lines.get(session.connectionId)?.bufferedBytes() ?? 0;
      open.set(session, follow(feed, session, { ...thread, send, waitingBytes }));
    },
  };
  const rooms = {
    handlers,
    feed,
    liveSet: createLiveSet({ now: Date.now }),
    userBudgets: createUserBudgets({ now: Date.now }),
    revocations: { refusalFor: () => undefined, keyRefusal: () => undefined, generation: () => 0 },
    // The clients here only count: they answer no ping, and would be cut.
    heartbeatMs: 3_600_000,
    now: Date.now,
    random: Math.random,
    log: createLogger({ level: 'silent' }),
  };
  const upgrader = createWebSocketUpgrader();
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    void verifier.verify(request.headers.authorization?.slice('Bearer '.length) ?? '').then((verdict) => {
      const context = contextOf(verdict);
      upgrader.upgrade(request, socket, head, (webSocket, line) => {
        const ids = { connectionId: `con_${lines.size}`, attemptId: 'att_1' };
        lines.set(ids.connectionId, line);
        openConnection(rooms, { webSocket, line, context, ...ids, facts: { client: {} } });
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    // A TCP server has this form of address.
    port: (server.address() as AddressInfo).port,
    tokens: (count, users) => tokensOf(issuer, count, users),
    openCount: () => open.size,
    deliver: (request) => sendEvents([...open.values()], request),
  };
}

function follow(
  feed: FeedSource,
  session: Session,
  { ownerId, threadId, ...target }: ThreadPlace & Omit<EventTarget, 'seq'>,
): EventTarget {
  const { deliver, flow } = session;
  feed.join({ ownerId, threadId, nextSeq: 1, isCurrent: true, deliver, flow });
  return { seq: 0, ...target };
}

function createQuietFeed(): FeedSource {
  const nobody = new Proxy({}, { get: () => undefined });
  return createFeed({
    // Never asked: every reader is live from its first event on.
    database: nobody as Parameters<typeof createFeed>[0]['database'],
    bus: { listen: () => undefined, publish: () => undefined, start: async () => {}, stop: async () => {} },
    queues: createSerialQueues(),
    publicUrl: 'http://localhost',
    log: createLogger({ level: 'silent' }),
    now: Date.now,
  });
}

function contextOf(verdict: Verdict) {
  if (!verdict.ok) throw new Error(verdict.refusal.code);
  const { identity } = verdict;
  const { roles, permissions } = identity;
  return createUserContext({ identity, status: { kind: 'active', roles, permissions }, traceId: 'con_1' });
}
