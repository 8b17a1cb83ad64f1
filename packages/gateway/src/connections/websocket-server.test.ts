import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { encodeTextFrame } from './websocket-frame.ts';
import { createWebSocketUpgrader } from './websocket-server.ts';

const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

/** A real server that says hello on every upgrade, and one client that asks for one. `onOpened` may throw. */
async function upgraded(
  onOpened: () => void = () => undefined,
): Promise<{ client: Socket; writes: string[]; webSocket: WebSocket; thrown: () => unknown }> {
  let thrown: unknown;
  const upgrader = createWebSocketUpgrader();
  const server = createServer().listen(0, '127.0.0.1');
  const writes: string[] = [];
  const opened = new Promise<WebSocket>((resolve) => {
    server.on('upgrade', (request, socket, head) => {
      noteWrites(socket, writes);
      try {
        upgrader.upgrade(request, socket, head, (webSocket, line) => {
          resolve(webSocket);
          onOpened();
          line.write(encodeTextFrame('hello'));
        });
      } catch (cause) {
        thrown = cause;
        socket.write('HTTP/1.1 500 Internal Server Error\r\n\r\n');
      }
    });
  });
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  client.write(UPGRADE);
  return { client, writes, webSocket: await opened, thrown: () => thrown };
}

function noteWrites(socket: Duplex, writes: string[]): void {
  const write = socket.write.bind(socket);
  socket.write = (chunk: string) => {
    writes.push(chunk);
    return write(chunk, 'latin1');
  };
}

test('the answer to the handshake and the first frame leave in one write', async () => {
  const { client, writes } = await upgraded();
  const [bytes] = await once(client, 'data');
  expect(writes.map((text) => Buffer.from(text, 'latin1'))).toEqual([bytes]);
  expect(writes[0]).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\n..hello$/s);
});

test('who ends without a close frame is ended, too, and its reader once', async () => {
  const { client, webSocket } = await upgraded();
  const { _receiver: receiver } = webSocket as unknown as { _receiver: Writable };
  const end = vi.spyOn(receiver, 'end');
  client.resume().end();
  const [[code]] = await Promise.all([once(webSocket, 'close'), once(client, 'end')]);
  expect(code).toBe(1006);
  expect(end).toHaveBeenCalledTimes(1);
});

test('a connection that cannot be opened is cut, and nothing is said on it', async () => {
  const { client, thrown } = await upgraded(() => {
    throw new Error('no room');
  });
  const chunks: Buffer[] = [];
  client.on('data', (chunk) => chunks.push(chunk));
  await once(client, 'close');
  expect(thrown()).toMatchObject({ message: 'no room' });
  expect(Buffer.concat(chunks).toString()).toBe('');
});
