import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS, reasonOfClose, SUBPROTOCOL } from '@netra/protocol';
import { WebSocket, WebSocketServer } from 'ws';
import type { Traffic } from '../metrics/traffic.ts';
import { SocketLine, WriteTick } from './socket-line.ts';

/** A client that does not answer our close frame is cut after this. */
const CLOSE_TIMEOUT_MS = 5_000;
/**
 * Fragments of one message, and chops in which one frame may arrive: each is an object of its own until the message is
 * whole, so 64 KiB in single bytes would hold more than 10 MB. No network makes so many.
 */
const MAX_PIECES = 2_048;

/**
 * Reads as `ws` does, and closes as it does; what is sent in between goes through the line of the socket. `ws` closes
 * by itself, too, for broken framing or when the client says so: what waits in the line leaves before that.
 */
class LinedWebSocket extends WebSocket {
  line: SocketLine | undefined;

  /** `ws` gives a number only for broken framing; the contract wants the code of the reason beside it. */
  override close(code?: number, reason?: string | Buffer): void {
    this.line?.end();
    super.close(code, reason ?? (code === undefined ? undefined : reasonOfClose(code, '')?.code));
  }
}

export interface WebSocketUpgrader {
  /** Writes `101` and hands over the socket, synchronously. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    onOpen: (webSocket: WebSocket, line: SocketLine) => void,
  ): void;
}

/** Keeps text that is written to a socket until it is released. */
function holdWrites(socket: Duplex): { release(): string } {
  const { write } = socket;
  let text = '';
  socket.write = (chunk: unknown) => {
    text += String(chunk);
    return true;
  };
  return {
    release() {
      // Not deleted, which would make the socket a slow dictionary.
      socket.write = write;
      return text;
    },
  };
}

/**
 * `ws` ends its receiver when the client ends, and again when the socket closes right after. Node answers the second with an
 * error that nobody sees, whose stack trace costs more than to judge a token that was seen before. So the first is left out; should a
 * later `ws` do it elsewhere, nothing changes here but the cost.
 */
function endReceiverOnce(socket: Duplex): void {
  const onEnd = socket.listeners('end').find(({ name }) => name === 'socketOnEnd');
  if (onEnd === undefined) return;
  socket.off('end', onEnd as () => void);
  socket.on('end', endSocket);
}

function endSocket(this: Duplex): void {
  this.end();
}

/** Without deflate (memory per connection, and CRIME-like leaks) and without a list of clients (we keep our own). */
export function createWebSocketUpgrader({ traffic }: { traffic?: Traffic } = {}): WebSocketUpgrader {
  const tick = new WriteTick(traffic);
  const options = {
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    // Pongs go through the line, too.
    autoPong: false,
    maxPayload: LIMITS.maxClientFrameBytes,
    maxFragments: MAX_PIECES,
    maxBufferedChunks: MAX_PIECES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    WebSocket: LinedWebSocket,
    // A ticket or token that travels as a subprotocol must never come back in the answer.
    handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : (false as const)),
  };
  // Not a literal argument: the published types do not know all of them yet.
  const server = new WebSocketServer<typeof LinedWebSocket>(options);
  return {
    upgrade(request, socket, head, onOpen) {
      // The `101` and the first frame leave in one write, which costs less than a list of two does.
      const held = holdWrites(socket);
      try {
        server.handleUpgrade(request, socket, head, (webSocket) => {
          endReceiverOnce(socket);
          webSocket.line = new SocketLine(socket, tick, held.release());
          try {
            onOpen(webSocket, webSocket.line);
          } catch (cause) {
            // The `101` is on its way: whatever is answered behind it would be read as a broken frame.
            socket.destroy();
            throw cause;
          }
          webSocket.line.flush();
        });
      } finally {
        held.release();
      }
    },
  };
}
