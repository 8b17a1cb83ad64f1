import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS, reasonOfClose, SUBPROTOCOL } from '@netra/protocol';
import { WebSocket, WebSocketServer } from 'ws';

/** A client that does not answer our close frame is cut after this. */
const CLOSE_TIMEOUT_MS = 5_000;

/** `ws` closes for broken framing with a number only; the contract wants the code of the reason beside it. */
class ReasonedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : reasonOfClose(code, '')?.code));
  }
}

export interface WebSocketUpgrader {
  /** Writes `101` and hands over the socket, synchronously. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    onOpen: (webSocket: WebSocket) => void,
  ): void;
}

/** Without deflate (memory per connection, and CRIME-like leaks) and without a list of clients (we keep our own). */
export function createWebSocketUpgrader(): WebSocketUpgrader {
  const options = {
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: LIMITS.maxClientFrameBytes,
    closeTimeout: CLOSE_TIMEOUT_MS,
    WebSocket: ReasonedWebSocket,
    // A ticket or token that travels as a subprotocol must never come back in the answer.
    handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : (false as const)),
  };
  // Not a literal argument: the published types do not know `closeTimeout` yet.
  const server = new WebSocketServer(options);
  return { upgrade: (request, socket, head, onOpen) => server.handleUpgrade(request, socket, head, onOpen) };
}
