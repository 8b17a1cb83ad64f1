import type { AgentInfo, Page, ServerFrame } from '@netra/protocol';
import { encodeFrame } from '@netra/protocol';
import { defaultBaseUrl } from './base-url.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Connection, createConnection } from './connection.ts';
import type { ConnectionState } from './connection-state.ts';
import { NetraError } from './netra-error.ts';
import { createOutbox, errorOfFrame, type Outbox } from './outbox.ts';
import { createRest, type Rest, type RestRequest } from './rest.ts';
import { isThreadEvent } from './server-frame.ts';
import type { Store } from './store.ts';
import { createThreadRegistry, type ThreadRegistry } from './thread-registry.ts';
import { createThreads, createThreadWatchers, type Threads, type ThreadWatchers } from './threads.ts';
import { createTokenSource, type GetToken } from './token-source.ts';
import type { WebSocketConstructor } from './websocket.ts';

export interface NetraClientOptions {
  /** Base address of the gateway, e.g. `http://localhost:8080`. Default: the page's origin. */
  readonly url?: string;
  readonly getToken: GetToken;
  readonly fetch?: typeof fetch;
  /** Default: the global one. Node 20 has none: pass the one of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor;
  /** Between 0 and 1; for tests. */
  readonly random?: () => number;
  /** Time and timers; for tests. */
  readonly clock?: Clock;
}

/** One user's client. For another user make another one. */
export interface NetraClient {
  readonly connection: Store<ConnectionState>;
  readonly threads: Threads;
  readonly agents: { list(): Promise<readonly AgentInfo[]> };
  /** Opens the connection. Sending and listening do so by themselves; needed again after `refused`. */
  connect: () => void;
  /** One REST request with the bearer token, for what has no method here. Throws `NetraError`. */
  request<Body>(request: RestRequest): Promise<Body>;
  /** Ends everything: sockets, timers, requests; what is under way rejects with `client_closed`. */
  close(): void;
}

/** A client for one server. Nothing happens until something is sent, listened to or `connect()` is called. */
export function createNetraClient(options: NetraClientOptions): NetraClient {
  const { clock = systemClock, random = Math.random } = options;
  const closing = new AbortController();
  const getToken = createTokenSource(options.getToken, { clock, signal: closing.signal });
  const http = {
    baseUrl: defaultBaseUrl(options.url),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock,
    signal: closing.signal,
  } satisfies Parameters<typeof createRest>[0];
  const rest = createRest(http, getToken);

  const connection = createConnection({
    http,
    getToken,
    WebSocket: options.WebSocket ?? globalWebSocket(),
    clock,
    random,
    onOpen: (userId) => parts.open(userId),
    onFrame: (frame) => parts.receive(frame),
    onRefused: (failure) => parts.fail(failure),
  });
  const parts = assemble({ connection, rest, clock, random });

  return {
    connection: { getState: connection.getState, subscribe: connection.subscribe },
    threads: parts.threads,
    agents: { list: async () => (await rest<Page<AgentInfo>>({ path: '/v1/agents' })).items },
    connect: connection.connect,
    request: rest,
    close() {
      connection.close();
      closing.abort();
      parts.fail(new NetraError('client_closed'));
      parts.registry.dispose();
    },
  };
}

interface Parts {
  readonly threads: Threads;
  readonly registry: ThreadRegistry;
  open(userId: string): void;
  receive(frame: ServerFrame): void;
  fail(failure: NetraError): void;
}

interface Assembly {
  readonly connection: Connection;
  readonly rest: Rest;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What lives on a connection, and which frame is for whom. */
function assemble({ connection, rest, clock, random }: Assembly): Parts {
  const outbox = createOutbox({
    send: connection.send,
    maxFrameBytes: () => connection.maxFrameBytes,
    clock,
    random,
  });
  const watchers = createThreadWatchers(connection.ensure);
  const registry = createThreadRegistry({
    rest,
    clock,
    random,
    ensureConnection: connection.ensure,
    send: (frame) => connection.send(encodeFrame(frame)),
    post(request, answer) {
      if (connection.failure !== undefined) throw connection.failure;
      outbox.post(request, answer);
    },
    withdraw: outbox.withdraw,
  });
  let lastUserId: string | undefined;

  function fail(failure: NetraError): void {
    outbox.failAll(failure);
    registry.failAll(failure);
  }

  return {
    threads: createThreads(rest, registry, watchers),
    registry,
    fail,
    open(userId) {
      if (lastUserId !== undefined && lastUserId !== userId) {
        fail(new NetraError('token_user_mismatch'));
        registry.forgetAll();
      }
      const isReturn = lastUserId !== undefined;
      lastUserId = userId;
      registry.resumeAll();
      outbox.flush();
      if (isReturn) watchers.reportGap();
    },
    receive: (frame) => deliver(frame, { outbox, watchers, registry }),
  };
}

function deliver(
  frame: ServerFrame,
  { outbox, watchers, registry }: { outbox: Outbox; watchers: ThreadWatchers; registry: ThreadRegistry },
): void {
  if (isThreadEvent(frame)) {
    registry.receiveEvent(frame);
    return;
  }
  switch (frame.type) {
    case 'ack':
      outbox.settle(frame);
      return;
    case 'error':
      if (!outbox.settle(frame) && frame.ref !== undefined) registry.refuse(frame.ref, errorOfFrame(frame));
      return;
    case 'subscribed':
      registry.receiveSubscribed(frame);
      return;
    case 'thread_created':
    case 'thread_updated':
    case 'thread_deleted':
      registry.receiveListFrame(frame);
      watchers.receive(frame);
      return;
    // These concern the connection alone.
    case 'connection_established':
    case 'pong':
    case 'heartbeat':
    case 'token_expiring':
    case 'token_renewed':
    case 'draining':
      return;
  }
}

/** Browsers and Node from 22 on have one. */
function globalWebSocket(): WebSocketConstructor | undefined {
  return typeof WebSocket === 'undefined' ? undefined : WebSocket;
}
