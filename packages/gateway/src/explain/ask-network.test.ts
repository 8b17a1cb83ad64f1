import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { askNetwork } from './ask-network.ts';

const { signal } = new AbortController();

async function listening(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { port, close: () => server.close() };
}

test('takes the way apart, and names the part that fails', async () => {
  const { port, close } = await listening();
  const host = `127.0.0.1:${port}`;
  const fine = await askNetwork(`http://${host}`, { ask: async () => undefined, signal });
  expect(fine).toEqual({
    host,
    dns_ms: expect.any(Number),
    tcp_ms: expect.any(Number),
    http_ms: expect.any(Number),
  });
  const sick = await askNetwork(`http://${host}`, { ask: async () => 'HTTP 502', signal });
  expect(sick).toMatchObject({ failed_at: 'http', error: 'HTTP 502' });
  const plain = await askNetwork(`https://${host}`, { ask: async () => undefined, signal });
  expect(plain).toMatchObject({ failed_at: 'tls' });
  close();
  const closed = await askNetwork(`http://${host}`, { ask: async () => undefined, signal });
  expect(closed).toMatchObject({ failed_at: 'tcp', error: 'ECONNREFUSED' });
  const nowhere = await askNetwork('http://nowhere.invalid', { ask: async () => undefined, signal });
  expect(nowhere).toMatchObject({ failed_at: 'dns' });
});
