import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a proxy treats an upgrade: passes it, refuses it, says nothing at all, or cuts the socket once it is open. */
export type UpgradeTreatment = 'pass' | 'swallow' | 'cut' | { readonly status: 400 | 403 | 426 | 502 };

export interface BlockingProxy {
  readonly url: string;
  /** For what comes from now on. */
  treat: (treatment: UpgradeTreatment) => void;
  /** Ends what is open, as a proxy that restarts does. */
  cutAll: () => void;
  stop(): Promise<void>;
}

const CUT_AFTER_MS = 50;

/** A proxy that passes requests and event streams on, but has its own view of WebSockets. */
export async function startBlockingProxy(target: string, port = 0): Promise<BlockingProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const open = new Set<Socket>();
  let treatment: UpgradeTreatment = 'pass';
  const track = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    track(client);
    let head = '';
    client.on('data', function readHead(chunk: Buffer) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      client.off('data', readHead);
      const isUpgrade = /^upgrade:/im.test(head.slice(0, end));
      if (isUpgrade && typeof treatment === 'object') {
        client.end(`HTTP/1.1 ${treatment.status} Blocked\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      if (isUpgrade && treatment === 'swallow') return;
      const upstream = connect(Number(targetPort), hostname);
      track(upstream);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
      // One request for each connection, so that only its first bytes have to be read.
      upstream.write(isUpgrade ? head : withoutKeepAlive(head, end), 'latin1');
      client.pipe(upstream);
      upstream.pipe(client);
      if (isUpgrade && treatment === 'cut') setTimeout(() => client.destroy(), CUT_AFTER_MS);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port: ownPort } = server.address() as AddressInfo;
  const cutAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://localhost:${ownPort}`,
    treat: (next) => {
      treatment = next;
    },
    cutAll,
    async stop() {
      server.close();
      cutAll();
      await once(server, 'close');
    },
  };
}

function withoutKeepAlive(head: string, end: number): string {
  const lines = head.slice(0, end).split('\r\n');
  const kept = lines.filter((line) => !/^connection:/i.test(line));
  return [...kept, 'Connection: close'].join('\r\n') + head.slice(end);
}
