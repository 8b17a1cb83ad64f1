import { once } from 'node:events';
import type { WebSocket } from 'ws';
import type { Drill } from '../drill.ts';
import { openSocket } from '../lab/open-socket.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const proxyCutsIdle: Drill = {
  name: 'proxy_cuts_idle',
  injected: 'A proxy in front cuts connections that are silent for ten seconds',
  expected: 'proxy_timeout_too_short',
  stack: ordinary,
  run: (stack) =>
    throughProxy(stack.url, { idleTimeoutMs: 10_000 }, async (url) => {
      const { token } = stack.takeTestUser();
      const sockets = await Promise.all([1, 2, 3, 4].map(() => openSocket(url, token)));
      const ids = await Promise.all(sockets.map(cutConnection));
      return ids[0] ?? '';
    }),
};

/** Waits for its end and gives its id. */
async function cutConnection(socket: WebSocket): Promise<string> {
  const [first] = await once(socket, 'message');
  const { connection_id } = JSON.parse(String(first));
  await once(socket, 'close');
  return connection_id;
}
