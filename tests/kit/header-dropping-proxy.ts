import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface HeaderDroppingProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** A proxy that passes bytes on, but for headers of requests with these names, as a badly set one does. */
export async function startHeaderDroppingProxy(
  target: string,
  names: readonly string[],
): Promise<HeaderDroppingProxy> {
  const { hostname, port } = new URL(target);
  const dropped = new Set(names.map((name) => name.toLowerCase()));
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let head = '';
    client.on('data', function readHead(chunk: Buffer) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      client.off('data', readHead);
      upstream.write(rewrite(head.slice(0, end), dropped) + head.slice(end), 'latin1');
      client.pipe(upstream);
      upstream.pipe(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${ownPort}`,
    async stop() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** One request for each connection, so that only its first bytes have to be read. */
function rewrite(head: string, dropped: ReadonlySet<string>): string {
  const [requestLine = '', ...lines] = head.split('\r\n');
  const isUpgrade = lines.some((line) => /^upgrade:/i.test(line)) && !dropped.has('upgrade');
  const kept = lines.filter((line) => {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    return !dropped.has(name) && (isUpgrade || name !== 'connection');
  });
  return [
    requestLine,
    ...kept,
    'X-Forwarded-For: 192.0.2.1',
    ...(isUpgrade ? [] : ['Connection: close']),
  ].join('\r\n');
}
