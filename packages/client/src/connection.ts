import type { ServerFrame } from '@netra/protocol';
import { LIMITS } from '@netra/protocol';
import { asFailure, failureOfEnding, reasonOfFailure } from './connection-failure.ts';
import { type ConnectionReason, type ConnectionState, openState } from './connection-state.ts';
import { type HoldOptions, holdConnection } from './hold-connection.ts';
import type { Established, LiveSocket } from './live-socket.ts';
import { NetraError } from './netra-error.ts';
import { createPause, type Pause } from './pause.ts';
import { NO_FAILURES, planReconnect, RECONNECT, type ReconnectHistory } from './reconnect-plan.ts';
import { createStore, type Store } from './store.ts';
import { createTokenRenewal } from './token-renewal.ts';
import { createTransportChoice, type Transport } from './transport-choice.ts';
import { onWake } from './wake-signals.ts';

export interface ConnectionOptions extends HoldOptions {
  readonly random: () => number;
  readonly onOpen: (userId: string) => void;
  /** Frames about threads and answers; those about the connection itself stay here. */
  readonly onFrame: (frame: ServerFrame) => void;
  /** The server will not have us: nothing more happens until `connect()`. */
  readonly onRefused: (failure: NetraError) => void;
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
  const store = createStore<ConnectionState>({ status: 'idle' });
  const pause = createPause(options.clock);
  const current = createCurrentSocket(options, store);
  let loop: AbortController | undefined;
  let failure: NetraError | undefined;

  const stopListening = onWake(() => {
    current.probe();
    pause.cutIfAllowed();
  });

  function start(): void {
    const started = new AbortController();
    loop = started;
    failure = undefined;
    keepConnected({ options, store, pause, current, signal: started.signal }).then(
      (refused) => refused !== undefined && refuse(refused),
      (defect: unknown) => refuse(asFailure(defect)),
    );
  }

  function refuse(refused: NetraError): void {
    loop = undefined;
    failure = refused;
    store.setState({ status: 'refused', reason: reasonOfFailure(refused) });
    options.onRefused(refused);
  }

  return {
    getState: store.getState,
    subscribe: store.subscribe,
    get failure() {
      return failure;
    },
    get maxFrameBytes() {
      return current.maxFrameBytes;
    },
    connect() {
      if (store.getState().status === 'closed') return;
      if (loop === undefined) start();
      else pause.cut();
    },
    ensure() {
      if (store.getState().status === 'idle') start();
    },
    send: current.send,
    close() {
      failure = new NetraError('client_closed');
      stopListening();
      loop?.abort();
      current.end();
      pause.cut();
      store.setState({ status: 'closed' });
    },
  };
}

interface Loop {
  readonly options: ConnectionOptions;
  readonly store: ReturnType<typeof createStore<ConnectionState>>;
  readonly pause: Pause;
  readonly current: CurrentSocket;
  readonly signal: AbortSignal;
}

/** One connection after the other. Returns the refusal that ends it, or nothing when it was aborted. */
async function keepConnected({
  options,
  store,
  pause,
  current,
  signal,
}: Loop): Promise<NetraError | undefined> {
  let history: ReconnectHistory = NO_FAILURES;
  const choice = createTransportChoice(options.clock);
  let force = false;
  let reason: ConnectionReason | undefined;
  while (!signal.aborted) {
    const attempt = history.failures + 1;
    store.setState({ status: 'connecting', attempt, ...(reason === undefined ? {} : { reason }) });
    const { failure, livedMs } = await holdConnection(options, current, { signal, force, choice }).then(
      (held) => ({ failure: failureOfEnding(held.ending, current.leave()), livedMs: held.livedMs }),
      (error: unknown) => {
        choice.noteServerTrouble();
        return { failure: asFailure(error), livedMs: 0 };
      },
    );
    current.leave();
    if (signal.aborted) return undefined;
    if (livedMs >= RECONNECT.stableAfterMs) history = NO_FAILURES;
    const plan = planReconnect(failure, history, options.random);
    if (plan.next === 'refuse') return failure;
    history = plan.history;
    force = plan.forceToken;
    reason = reasonOfFailure(failure);
    const retryAtMs = options.clock.now() + plan.delayMs;
    store.setState({ status: 'waiting', reason, retryAtMs, attempt: history.failures });
    await pause.wait(plan.delayMs, plan);
  }
  return undefined;
}

/** The close that was announced may still be under way when the time to come back has come. */
const CLOSE_GRACE_MS = 1_000;

interface CurrentSocket {
  readonly maxFrameBytes: number;
  onSocket: (socket: LiveSocket) => void;
  onEstablished: (frame: Established, transport: Transport) => void;
  onFrame: (frame: ServerFrame) => void;
  send: (text: string) => boolean;
  probe: () => void;
  end: () => void;
  /** The socket is gone. Gives how long to stay away, if the server said so. */
  leave: () => number | undefined;
}

/** The socket of the moment, and what the server says about it. */
function createCurrentSocket(
  { clock, getToken, onOpen, onFrame }: ConnectionOptions,
  store: Loop['store'],
): CurrentSocket {
  const renewToken = createTokenRenewal(getToken, clock);
  let socket: LiveSocket | undefined;
  let maxFrameBytes: number = LIMITS.maxClientFrameBytes;
  let comeBackAtMs: number | undefined;
  let cancelDrain = () => {};

  function drain(reconnectAfterMs: number): void {
    const state = store.getState();
    if (state.status !== 'open') return;
    comeBackAtMs = clock.now() + reconnectAfterMs;
    // The server closes by itself, and says why; should it not, we go when it wants us back.
    cancelDrain = clock.after(reconnectAfterMs + CLOSE_GRACE_MS, () => socket?.end());
    store.setState({ ...state, isDraining: true });
  }

  return {
    get maxFrameBytes() {
      return maxFrameBytes;
    },
    onSocket(next) {
      socket = next;
    },
    onEstablished(frame, transport) {
      maxFrameBytes = frame.max_frame_bytes;
      store.setState(openState(frame, transport));
      onOpen(frame.user_id);
    },
    onFrame(frame) {
      const live = socket;
      if (frame.type === 'draining') drain(frame.reconnect_after_ms);
      else if (frame.type === 'token_expiring') void renewToken((text) => live?.send(text));
      else onFrame(frame);
    },
    send(text) {
      const state = store.getState();
      if (state.status !== 'open' || state.isDraining || socket === undefined) return false;
      socket.send(text);
      return true;
    },
    probe: () => socket?.probe(),
    end: () => socket?.end(),
    leave() {
      const stayAwayMs = comeBackAtMs === undefined ? undefined : Math.max(0, comeBackAtMs - clock.now());
      socket = undefined;
      comeBackAtMs = undefined;
      cancelDrain();
      return stayAwayMs;
    },
  };
}
