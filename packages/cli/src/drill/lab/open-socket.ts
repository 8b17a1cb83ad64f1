import { once } from 'node:events';
import { SUBPROTOCOL } from '@netra/protocol';
import { WebSocket } from 'ws';
import { webSocketUrl } from './knock.ts';

/** A connection that is open. Whoever opens it ends it. */
export async function openSocket(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(webSocketUrl(url), [SUBPROTOCOL], {
    headers: { authorization: `Bearer ${token}` },
  });
  await once(socket, 'open');
  // What becomes of it later shows at the server.
  socket.on('error', () => undefined);
  return socket;
}
