import type { ServerFrame } from '@netra/protocol';
import { LIMITS } from '@netra/protocol';
import type { Clock } from './clock.ts';
import { decodeServerFrame } from './server-frame.ts';
import type { WebSocketLike } from './websocket.ts';

/**
 * From the constructor to `connection_established`: the server's whole handshake (3 s) and some network. Where a proxy
 * swallows the upgrade, the fallback has to be there within 5 s.
 */
const OPENING_TIMEOUT_MS = 3_500;
/** How long a socket of `ws` may take over the closing handshake. */
const CLOSING_TIMEOUT_MS = 1_000;
/** RFC 6455, section 7.1.5: what a client sees where no close frame came. Never sent. */
const NO_CLOSE_FRAME = 1006;
/** RFC 6455, section 7.4.1: a normal end, the client's own. */
const NORMAL_CLOSURE = 1000;

export type Established = Extract<ServerFrame, { type: 'connection_established' }>;

export interface SocketEnding {
  /** What ended it: a close (also the loss that looks like one), silence, no hello in time, or we. */
  readonly cause: 'closed' | 'silent' | 'not_established' | 'asked';
  readonly wasEstablished: boolean;
  /** There was no closing handshake: a lost network, or in a browser a refused upgrade (1006). */
  readonly isLoss: boolean;
  /** Of the close; 1006 where there was none. */
  readonly code: number;
  readonly reason: string;
}

export interface LiveSocket {
  readonly ended: Promise<SocketEnding>;
  send(text: string): void;
  /** Closes with 1000 and forgets it. */
  end(): void;
  /** The machine may have slept: asks the server for a sign of life within the time of a pong. */
  probe(): void;
}

export interface LiveSocketOptions {
  open(): WebSocketLike;
  readonly clock: Clock;
  onEstablished(frame: Established): void;
  /** Every later frame, in order. */
  onFrame(frame: ServerFrame): void;
}

/** One WebSocket from its construction to its end, watched for silence. */
export function openLiveSocket(options: LiveSocketOptions): LiveSocket {
  const { clock } = options;
  const socket = options.open();
  let silenceMs: number = OPENING_TIMEOUT_MS;
  let heardAtMs = clock.now();
  let isEstablished = false;
  let isEnded = false;
  let cancelWatch = () => {};
  let resolveEnded: (ending: SocketEnding) => void;
  const ended = new Promise<SocketEnding>((resolve) => {
    resolveEnded = resolve;
  });

  function finish(ending: Pick<SocketEnding, 'cause' | 'code' | 'reason'>): void {
    if (isEnded) return;
    isEnded = true;
    cancelWatch();
    resolveEnded({ ...ending, isLoss: ending.code === NO_CLOSE_FRAME, wasEstablished: isEstablished });
  }

  function give(cause: 'silent' | 'not_established' | 'asked'): void {
    if (isEnded) return;
    finish({ cause, code: NO_CLOSE_FRAME, reason: '' });
    closeSocket(socket, clock, cause === 'asked');
  }

  // One timer that looks at the clock, instead of a new timer for every frame.
  function watch(): void {
    cancelWatch();
    const leftMs = heardAtMs + silenceMs - clock.now();
    if (leftMs <= 0) give(isEstablished ? 'silent' : 'not_established');
    else cancelWatch = clock.after(leftMs, watch);
  }

  function receive(data: unknown): void {
    if (isEnded) return;
    heardAtMs = clock.now();
    const frame = decodeServerFrame(data);
    if (frame === undefined) return;
    if (isEstablished) options.onFrame(frame);
    else if (frame.type === 'connection_established') establish(frame);
    else give('not_established');
  }

  function establish(frame: Established): void {
    isEstablished = true;
    silenceMs = frame.heartbeat_ms + LIMITS.pongTimeoutMs;
    watch();
    options.onEstablished(frame);
  }

  socket.addEventListener('message', ({ data }) => receive(data));
  socket.addEventListener('close', ({ code, reason }) => finish({ cause: 'closed', code, reason }));
  // A close follows every error and says more; without a listener `ws` would throw.
  socket.addEventListener('error', () => {});
  watch();

  return {
    ended,
    send(text) {
      if (!isEnded) socket.send(text);
    },
    end: () => give('asked'),
    probe() {
      if (isEnded || !isEstablished) return;
      if (clock.now() - heardAtMs >= silenceMs) return give('silent');
      socket.send('{"type":"ping"}');
      heardAtMs = Math.min(heardAtMs, clock.now() + LIMITS.pongTimeoutMs - silenceMs);
      watch();
    },
  };
}

/** A dead peer answers no close frame; `ws` would keep its socket for 30 s, a browser cleans up by itself. */
function closeSocket(socket: WebSocketLike, clock: Clock, isPolite: boolean): void {
  if (!isPolite && socket.terminate !== undefined) {
    socket.terminate();
    return;
  }
  socket.close(NORMAL_CLOSURE);
  if (socket.terminate === undefined) return;
  const cancel = clock.after(CLOSING_TIMEOUT_MS, () => socket.terminate?.());
  socket.addEventListener('close', cancel);
}
