import { setTimeout as delay } from 'node:timers/promises';
import { SUBPROTOCOL } from '@netra/protocol';
import { WebSocket } from 'ws';
import { webSocketUrl } from './knock.ts';

/** A client that gives its handshake up after `ms`. */
export async function leaveAfter(ms: number, url: string, token: string): Promise<void> {
  const socket = new WebSocket(webSocketUrl(url), [SUBPROTOCOL], {
    headers: { authorization: `Bearer ${token}` },
  });
  // Given up is what it is: that it says so is no news.
  socket.on('error', () => undefined);
  await delay(ms);
  socket.terminate();
}
