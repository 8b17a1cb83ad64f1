import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * No new connections; idle ones end, busy ones get `graceMs`; then everything ends. `server.close` waits for
 * upgraded sockets too, and nothing in Node ends those: whoever owns them should have, and this is the last resort.
 */
export async function closeServer(
  server: Server,
  { upgraded, graceMs }: { upgraded: ReadonlySet<Duplex>; graceMs: number },
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that finishes its request now becomes idle, and would stay for its keep-alive time.
  const sweeping = setInterval(() => server.closeIdleConnections(), sweepMs);
  const lastCall = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  }, graceMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(lastCall);
}

const sweepMs = 20;
