import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A cable between two processes that can be made slow, or pulled. Bytes pass as they are. */
export interface Link {
  readonly port: number;
  /** Every piece that goes to the target waits so long from now on. */
  delay(ms: number): void;
  /** What is open stays open, and nothing passes any more. */
  freeze(): void;
  /** Ends what is open and refuses what comes. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function openLink(target: NetConnectOpts): Promise<Link> {
  const open = new Set<Socket>();
  let delayMs = 0;
  const create = () =>
    createServer({ allowHalfOpen: true }, (client) => {
      const upstream = connect({ ...target, allowHalfOpen: true });
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        open.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          open.delete(from);
          to.destroy();
        });
        from.on('end', () => setTimeout(() => to.end(), from === client ? delayMs : 0));
        from.on('data', (chunk) => pass(chunk, to, from === client ? delayMs : 0));
      }
    });
  let server = create();
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has an address with a port.
    return (server.address() as AddressInfo).port;
  };
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  return {
    port,
    delay: (ms) => {
      delayMs = ms;
    },
    freeze: () => {
      for (const socket of open) socket.pause();
    },
    cut,
    async mend() {
      if (server.listening) return;
      server = create();
      await listen(port);
    },
    close: cut,
  };
}

function pass(chunk: Buffer, to: Socket, delayMs: number): void {
  if (delayMs === 0) to.write(chunk);
  else setTimeout(() => to.writable && to.write(chunk), delayMs);
}
