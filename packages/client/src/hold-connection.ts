import type { ServerFrame } from '@netra/protocol';
import { SUBPROTOCOL } from '@netra/protocol';
import type { Clock } from './clock.ts';
import type { HttpOptions } from './http.ts';
import { type Established, type LiveSocket, openLiveSocket, type SocketEnding } from './live-socket.ts';
import { NetraError } from './netra-error.ts';
import { takeTicket } from './ticket.ts';
import type { TokenSource } from './token-source.ts';
import type { WebSocketConstructor } from './websocket.ts';

export interface HoldOptions {
  readonly http: HttpOptions;
  readonly getToken: TokenSource;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly clock: Clock;
}

export interface HoldCallbacks {
  onSocket: (socket: LiveSocket) => void;
  onEstablished: (frame: Established) => void;
  onFrame: (frame: ServerFrame) => void;
}

export interface HeldConnection {
  readonly ending: SocketEnding;
  /** Since `connection_established`. */
  readonly livedMs: number;
}

/**
 * One connection, from the token to its end: token → ticket → socket → hello → … Rejects with a `NetraError` when
 * there never was one. A browser learns nothing of a refused upgrade; whoever holds its ticket may ask for the reason.
 */
export async function holdConnection(
  options: HoldOptions,
  callbacks: HoldCallbacks,
  { signal, force }: { signal: AbortSignal; force: boolean },
): Promise<HeldConnection> {
  const { http, clock } = options;
  if (options.WebSocket === undefined) throw new NetraError('websocket_missing');
  const token = await options.getToken({ force });
  const { ticket, url } = await takeTicket(http, token, undefined);
  signal.throwIfAborted();
  let establishedAtMs: number | undefined;
  const socket = openLiveSocket({
    WebSocket: options.WebSocket,
    url,
    protocols: [SUBPROTOCOL, `ticket.${ticket}`],
    clock,
    onEstablished(frame) {
      establishedAtMs = clock.now();
      callbacks.onEstablished(frame);
    },
    onFrame: callbacks.onFrame,
  });
  callbacks.onSocket(socket);
  const ending = await socket.ended;
  signal.throwIfAborted();
  // Throws the refusal, where one was recorded.
  if (!ending.wasEstablished && ending.isLoss) await takeTicket(http, token, ticket);
  return { ending, livedMs: establishedAtMs === undefined ? 0 : clock.now() - establishedAtMs };
}
