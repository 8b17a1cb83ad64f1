import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before the WebSockets of a page and meddles with them, as what lies between does. */
export interface MeddlingProxy {
  readonly host: string;
  /** What becomes of the head of each upgrade from now on; it may do something first. Default: nothing. */
  rewrite: (head: string) => string | Promise<string>;
  /** What the page sends no longer arrives. */
  deafen(): void;
  /** What the server sends is no longer read. */
  hold(): void;
  /** Ends `hold`. */
  release(): void;
  stop(): Promise<void>;
}

export async function startMeddlingProxy(target: string): Promise<MeddlingProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<{ client: Socket; upstream: Socket }>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const pair = { client, upstream };
    pairs.add(pair);
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        client.destroy();
        // What the server has said still goes out.
        upstream.destroySoon();
      });
    }
    void readHead(client).then(async ({ head, rest }) => {
      upstream.write(await proxy.rewrite(head), 'latin1');
      upstream.write(rest);
      client.pipe(upstream);
      upstream.pipe(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port: ownPort } = server.address() as AddressInfo;
  const proxy: MeddlingProxy = {
    host: `localhost:${ownPort}`,
    rewrite: (head) => head,
    deafen() {
      for (const { client, upstream } of pairs) {
        client.unpipe(upstream);
        client.resume();
      }
    },
    hold() {
      for (const { client, upstream } of pairs) upstream.unpipe(client).pause();
    },
    release() {
      for (const { client, upstream } of pairs) upstream.pipe(client);
    },
    async stop() {
      server.close();
      for (const { client } of pairs) client.destroy();
      await once(server, 'close');
    },
  };
  return proxy;
}

function readHead(client: Socket): Promise<{ head: string; rest: Buffer }> {
  return new Promise((resolve) => {
    let read = Buffer.alloc(0);
    client.on('data', function take(chunk: Buffer) {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\r\n\r\n');
      if (end < 0) return;
      client.off('data', take);
      client.pause();
      resolve({ head: read.toString('latin1', 0, end + 4), rest: read.subarray(end + 4) });
    });
  });
}
