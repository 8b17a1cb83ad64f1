import type { ServerFrame } from '@netra/protocol';
import { SUBPROTOCOL } from '@netra/protocol';
import type { Clock } from './clock.ts';
import type { HttpOptions } from './http.ts';
import { type Established, type LiveSocket, openLiveSocket, type SocketEnding } from './live-socket.ts';
import { NetraError } from './netra-error.ts';
import { openSseSocket } from './sse-socket.ts';
import { type Ticket, takeTicket } from './ticket.ts';
import type { TokenSource } from './token-source.ts';
import { FALLBACK, type Transport, type TransportChoice } from './transport-choice.ts';
import type { WebSocketConstructor, WebSocketLike } from './websocket.ts';

export interface HoldOptions {
  readonly http: HttpOptions;
  readonly getToken: TokenSource;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly clock: Clock;
}

export interface HoldCallbacks {
  onSocket: (socket: LiveSocket) => void;
  onEstablished: (frame: Established, transport: Transport) => void;
  onFrame: (frame: ServerFrame) => void;
}

export interface HeldConnection {
  readonly ending: SocketEnding;
  /** Since `connection_established`. */
  readonly livedMs: number;
}

interface Hold {
  readonly options: HoldOptions;
  readonly callbacks: HoldCallbacks;
  readonly WebSocket: WebSocketConstructor;
  readonly choice: TransportChoice;
  readonly signal: AbortSignal;
}

/**
 * One connection, from the token to its end: token → ticket → socket → hello → … Rejects with a `NetraError` when
 * there never was one. A browser learns nothing of a refused upgrade; whoever holds its ticket may ask for the reason.
 * Where there is none, something between swallows WebSockets: server-sent events go on in their place.
 */
export async function holdConnection(
  options: HoldOptions,
  callbacks: HoldCallbacks,
  { signal, force, choice }: { signal: AbortSignal; force: boolean; choice: TransportChoice },
): Promise<HeldConnection> {
  const { http, WebSocket } = options;
  if (WebSocket === undefined) throw new NetraError('websocket_missing');
  const hold: Hold = { options, callbacks, WebSocket, choice, signal };
  let token = await options.getToken({ force });
  let ticket = await takeTicket(http, token, undefined);
  for (;;) {
    signal.throwIfAborted();
    const { transport, held } = await holdSocket(hold, token, ticket);
    signal.throwIfAborted();
    const isUpgradeLost =
      !held.ending.wasEstablished && held.ending.cause !== 'asked' && held.ending.code === 1006;
    if (transport === 'websocket' && isUpgradeLost) {
      // Throws the refusal, where one was recorded.
      ticket = await takeTicket(http, token, ticket.ticket);
      choice.block();
    } else if (transport === 'sse' && choice.current === 'websocket') {
      token = await options.getToken();
      ticket = await takeTicket(http, token, undefined);
    } else {
      return held;
    }
  }
}

async function holdSocket(
  hold: Hold,
  token: string,
  ticket: Ticket,
): Promise<{ transport: Transport; held: HeldConnection }> {
  const { options, callbacks, choice } = hold;
  const { clock, http } = options;
  const transport = choice.current;
  let establishedAtMs: number | undefined;
  let wasAnnounced = false;
  const socket = openLiveSocket({
    open: () =>
      transport === 'websocket' ? openWebSocket(hold, ticket) : openSseSocket({ http, clock, token, ticket }),
    clock,
    onEstablished(frame) {
      establishedAtMs = clock.now();
      callbacks.onEstablished(frame, transport);
    },
    onFrame(frame) {
      if (frame.type === 'draining') wasAnnounced = true;
      callbacks.onFrame(frame);
    },
  });
  callbacks.onSocket(socket);
  const stopProbing = transport === 'sse' ? probeWebSocket(hold, () => socket.end()) : () => {};
  const ending = await socket.ended;
  stopProbing();
  const livedMs = establishedAtMs === undefined ? 0 : clock.now() - establishedAtMs;
  if (transport === 'websocket' && ending.wasEstablished) {
    choice.noteWebSocketEnd({ ending, livedMs, wasAnnounced });
  }
  return { transport, held: { ending, livedMs } };
}

function openWebSocket({ WebSocket }: Hold, { ticket, url }: Ticket): WebSocketLike {
  return new WebSocket(url, [SUBPROTOCOL, `ticket.${ticket}`]);
}

/** Tries from time to time whether a WebSocket opens and lives; then says so. */
function probeWebSocket(hold: Hold, onPassed: () => void): () => void {
  const { options, choice } = hold;
  const { clock } = options;
  let isStopped = false;
  let socket: LiveSocket | undefined;
  let cancelTimer = choice.onProbeDue(() => void probe());

  async function probe(): Promise<void> {
    try {
      const token = await options.getToken();
      const ticket = await takeTicket(options.http, token, undefined);
      if (isStopped) return;
      socket = openLiveSocket({
        open: () => openWebSocket(hold, ticket),
        clock,
        onEstablished() {
          cancelTimer = clock.after(FALLBACK.shortLifeMs, pass);
        },
        onFrame() {},
      });
      await socket.ended;
    } catch {
      // What is wrong shows on the connection in use; here it only means: not yet.
    }
    if (isStopped) return;
    cancelTimer();
    cancelTimer = choice.onProbeDue(() => void probe());
  }

  function pass(): void {
    if (isStopped) return;
    stop();
    choice.unblock();
    onPassed();
  }

  function stop(): void {
    isStopped = true;
    cancelTimer();
    socket?.end();
  }
  return stop;
}
