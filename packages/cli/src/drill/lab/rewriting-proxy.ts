import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface RewritingProxy {
  readonly url: string;
  close(): Promise<void>;
}

export interface ProxyFaults {
  /** Names of request headers that do not get through. */
  readonly drop?: readonly string[];
  /** A connection on which nothing was sent for so long is cut. */
  readonly idleTimeoutMs?: number;
}

/** A reverse proxy with faulty settings: it says where a request came from, and loses some of its headers. */
export async function openRewritingProxy(target: string, faults: ProxyFaults = {}): Promise<RewritingProxy> {
  const { drop = [], idleTimeoutMs = 0 } = faults;
  const { hostname, port } = new URL(target);
  const dropped = new Set(drop.map((name) => name.toLowerCase()));
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setTimeout(idleTimeoutMs, () => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    passRequest(client, upstream, dropped);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${ownPort}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** One request for each connection, so that only its first bytes have to be read. */
function passRequest(client: Socket, upstream: Socket, dropped: ReadonlySet<string>): void {
  let head = '';
  const readHead = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    client.off('data', readHead);
    upstream.write(rewrite(head.slice(0, end), dropped) + head.slice(end), 'latin1');
    client.pipe(upstream);
    upstream.pipe(client);
  };
  client.on('data', readHead);
}

function rewrite(head: string, dropped: ReadonlySet<string>): string {
  const [requestLine = '', ...lines] = head.split('\r\n');
  const isUpgrade = lines.some((line) => /^upgrade:/i.test(line)) && !dropped.has('upgrade');
  const kept = lines.filter((line) => {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    return !dropped.has(name) && (isUpgrade || name !== 'connection');
  });
  const forwarding = ['X-Forwarded-For: 192.0.2.1', 'Via: 1.1 drill-proxy'];
  return [requestLine, ...kept, ...forwarding, ...(isUpgrade ? [] : ['Connection: close'])].join('\r\n');
}
