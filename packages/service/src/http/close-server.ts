import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const sweepMs = 20;

/**
 * No new connections; idle ones end, busy ones get `graceMs`; then everything ends. `server.close` waits for
 * upgraded sockets too, and nothing in Node ends those: whoever owns them should have, and this is the last resort.
 */
export async function closeServer(
  server: Server,
  { sockets, graceMs }: { sockets: ReadonlySet<Socket>; graceMs: number },
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Browsers connect ahead of need; for Node a connection without a request is not idle.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  // A connection that finishes its request now becomes idle, and would stay for its keep-alive time.
  const sweeping = setInterval(() => server.closeIdleConnections(), sweepMs);
  const lastCall = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, graceMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(lastCall);
}
