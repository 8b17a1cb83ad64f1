import { connect, createServer, type Socket } from 'node:net';

/** A balancer of TCP connections, one target after the other; one that does not answer is passed over. */
export interface RoundRobin {
  readonly url: string;
  readonly port: number;
  /** Connections through it at this moment. */
  open(): number;
  /** Cuts the connection at this place of the list, on both sides, without a word. */
  cut(index: number): void;
  stop(): Promise<void>;
}

export async function startRoundRobin(targets: () => readonly number[]): Promise<RoundRobin> {
  const pairs = new Set<{ near: Socket; far: Socket }>();
  let turn = 0;

  function link(near: Socket, triesLeft: number): void {
    const ports = targets();
    const port = ports[turn++ % ports.length];
    if (port === undefined || triesLeft === 0) {
      near.destroy();
      return;
    }
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    const pair = { near, far };
    far.once('connect', () => {
      pairs.add(pair);
      near.pipe(far).pipe(near);
    });
    far.on('error', () => {
      if (!pairs.has(pair)) link(near, triesLeft - 1);
    });
    const end = (): void => {
      if (!pairs.delete(pair)) return;
      near.destroy();
      far.destroy();
    };
    far.on('close', end);
    near.on('close', end);
  }

  const server = createServer({ noDelay: true }, (near) => {
    near.on('error', () => undefined); // a close follows
    link(near, 2 * targets().length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the balancer has no port');
  return {
    url: `http://localhost:${address.port}`,
    port: address.port,
    open: () => pairs.size,
    cut(index) {
      const pair = [...pairs][index];
      pair?.near.resetAndDestroy();
      pair?.far.resetAndDestroy();
    },
    async stop() {
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
