import type { ClientFrame, ServerFrame } from '@netra/protocol';
import { encodeFrame, LIMITS, newId } from '@netra/protocol';
import type { Clock } from './clock.ts';
import { asFailure, failureOfEnding, reasonOfFailure } from './connection-failure.ts';
import type { ConnectionReason, ConnectionState } from './connection-state.ts';
import type { HttpOptions } from './http.ts';
import { type Established, type LiveSocket, openLiveSocket } from './live-socket.ts';
import { NetraError } from './netra-error.ts';
import { NO_FAILURES, planReconnect, RECONNECT, type ReconnectHistory } from './reconnect-plan.ts';
import { createStore, type Store } from './store.ts';
import { takeTicket } from './ticket.ts';
import type { TokenSource } from './token-source.ts';
import { onWake } from './wake-signals.ts';
import type { WebSocketConstructor } from './websocket.ts';

/** A token is not renewed in place more often than this, whatever the server announces. */
const MIN_RENEWAL_INTERVAL_MS = 5_000;
const SUBPROTOCOL = 'netra.v1';

export interface ConnectionOptions {
  readonly http: HttpOptions;
  readonly getToken: TokenSource;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  onOpen(userId: string): void;
  /** Frames about threads and answers; those about the connection itself stay here. */
  onFrame(frame: ServerFrame): void;
  /** The server will not have us: nothing more happens until `connect()`. */
  onRefused(failure: NetraError): void;
}

export interface Connection extends Store<ConnectionState> {
  readonly maxFrameBytes: number;
  /** Why nothing can be sent, now or later: refused, or closed. */
  readonly failure: NetraError | undefined;
  /** Starts, starts over after a refusal, or cuts a wait short. */
  connect: () => void;
  /** Starts when nothing was started yet. */
  ensure: () => void;
  /** Sends now, or returns false: not open, or about to be closed by the server. */
  send: (text: string) => boolean;
  close: () => void;
}

/** Keeps one WebSocket open, from `connect()` to `close()` or a refusal that waiting cannot mend. */
export function createConnection(options: ConnectionOptions): Connection {
  const { clock } = options;
  const store = createStore<ConnectionState>({ status: 'idle' });
  let loop: AbortController | undefined;
  let socket: LiveSocket | undefined;
  let wait: { mayCutShort: boolean; cut: () => void } | undefined;
  let drainedAtMs: number | undefined;
  let cancelDrain = () => {};
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let maxFrameBytes: number = LIMITS.maxClientFrameBytes;
  let terminal: NetraError | undefined;

  const stopListening = onWake(() => {
    socket?.probe();
    if (wait?.mayCutShort === true) wait.cut();
  });

  /** One connection, from the token to the end. Rejects when there never was one. */
  async function holdConnection(
    signal: AbortSignal,
    force: boolean,
  ): Promise<{ failure: NetraError; livedMs: number }> {
    if (options.WebSocket === undefined) throw new NetraError('websocket_missing');
    const token = await options.getToken({ force });
    const { ticket, url } = await takeTicket(options.http, token, undefined);
    signal.throwIfAborted();
    let openedAtMs = clock.now();
    const live = openLiveSocket({
      WebSocket: options.WebSocket,
      url,
      protocols: [SUBPROTOCOL, `ticket.${ticket}`],
      clock,
      onEstablished(frame) {
        openedAtMs = clock.now();
        enter(frame);
      },
      onFrame: receive,
    });
    socket = live;
    const ending = await live.ended;
    leave();
    signal.throwIfAborted();
    if (!ending.wasEstablished && ending.code === 1006) await learnRefusal(token, ticket);
    const afterMs = drainedAtMs === undefined ? undefined : Math.max(0, drainedAtMs - clock.now());
    return {
      failure: failureOfEnding(ending, afterMs),
      livedMs: ending.wasEstablished ? clock.now() - openedAtMs : 0,
    };
  }

  /** A browser learns nothing of a refused upgrade; the server tells whoever holds its ticket. */
  async function learnRefusal(token: string, ticket: string): Promise<void> {
    await takeTicket(options.http, token, ticket);
  }

  function enter(frame: Established): void {
    maxFrameBytes = frame.max_frame_bytes;
    drainedAtMs = undefined;
    store.setState({
      status: 'open',
      connectionId: frame.connection_id,
      userId: frame.user_id,
      roles: frame.roles,
      permissions: frame.permissions,
      attemptId: frame.attempt_id,
      isDraining: false,
    });
    options.onOpen(frame.user_id);
  }

  function leave(): void {
    socket = undefined;
    cancelDrain();
  }

  function receive(frame: ServerFrame): void {
    if (frame.type === 'draining') drain(frame.reconnect_after_ms);
    else if (frame.type === 'token_expiring') void renewToken();
    else options.onFrame(frame);
  }

  function drain(reconnectAfterMs: number): void {
    const state = store.getState();
    if (state.status !== 'open') return;
    drainedAtMs = clock.now() + reconnectAfterMs;
    // The server closes by itself; should it not, we go when it wants us back.
    cancelDrain = clock.after(reconnectAfterMs, () => socket?.end());
    store.setState({ ...state, isDraining: true });
  }

  /** Without a new token the server closes at the deadline, and the loop finds out what is to be done. */
  async function renewToken(): Promise<void> {
    if (clock.now() - renewedAtMs < MIN_RENEWAL_INTERVAL_MS) return;
    renewedAtMs = clock.now();
    const renewing = socket;
    const token = await options.getToken({ force: true }).catch(() => undefined);
    if (token === undefined || renewing !== socket) return;
    const frame: ClientFrame = { type: 'renew_token', id: newId('ref'), token };
    renewing?.send(encodeFrame(frame));
  }

  async function keepConnected(signal: AbortSignal): Promise<void> {
    let history: ReconnectHistory = NO_FAILURES;
    let force = false;
    let lastReason: ConnectionReason | undefined;
    while (!signal.aborted) {
      const attempt = history.failures + 1;
      store.setState({
        status: 'connecting',
        attempt,
        ...(lastReason === undefined ? {} : { reason: lastReason }),
      });
      const { failure, livedMs } = await holdConnection(signal, force).catch((error: unknown) => ({
        failure: asFailure(error),
        livedMs: 0,
      }));
      if (signal.aborted) return;
      if (livedMs >= RECONNECT.stableAfterMs) history = NO_FAILURES;
      const plan = planReconnect(failure, history, options.random);
      if (plan.next === 'refuse') return refuse(failure);
      ({ history, forceToken: force } = plan);
      lastReason = reasonOfFailure(failure);
      const retryAtMs = clock.now() + plan.delayMs;
      store.setState({ status: 'waiting', reason: lastReason, retryAtMs, attempt: history.failures });
      await pause(plan.delayMs, plan.mayCutShort);
    }
  }

  function pause(delayMs: number, mayCutShort: boolean): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(delayMs, () => wait?.cut());
      wait = {
        mayCutShort,
        cut() {
          wait = undefined;
          cancel();
          resolve();
        },
      };
    });
  }

  function start(): void {
    terminal = undefined;
    loop = new AbortController();
    void keepConnected(loop.signal);
  }

  function refuse(failure: NetraError): void {
    loop = undefined;
    terminal = failure;
    store.setState({ status: 'refused', reason: reasonOfFailure(failure) });
    options.onRefused(failure);
  }

  return {
    getState: store.getState,
    subscribe: store.subscribe,
    get failure() {
      return terminal;
    },
    get maxFrameBytes() {
      return maxFrameBytes;
    },
    connect() {
      if (store.getState().status === 'closed') return;
      if (loop !== undefined) return wait?.cut();
      start();
    },
    ensure() {
      if (store.getState().status === 'idle') start();
    },
    send(text) {
      const state = store.getState();
      if (state.status !== 'open' || state.isDraining || socket === undefined) return false;
      socket.send(text);
      return true;
    },
    close() {
      terminal = new NetraError('client_closed');
      stopListening();
      loop?.abort();
      socket?.end();
      wait?.cut();
      cancelDrain();
      store.setState({ status: 'closed' });
    },
  };
}
