import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SUBPROTOCOL } from '@netra/protocol';

/** A client that gives its handshake up `ms` after it was sent; the time that it takes to connect does not count. */
export async function leaveAfter(ms: number, url: string, token: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // Given up is what it is: that it says so is no news.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = [
    'GET /ws HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
    `Authorization: Bearer ${token}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await delay(ms);
  socket.destroy();
}
