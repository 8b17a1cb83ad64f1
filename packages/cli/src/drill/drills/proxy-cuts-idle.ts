import { once } from 'node:events';
import type { Drill } from '../drill.ts';
import { openSocket } from '../lab/open-socket.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const proxyCutsIdle: Drill = {
  name: 'proxy_cuts_idle',
  injected: 'A proxy in front cuts connections that are silent for ten seconds',
  expected: 'proxy_timeout_too_short',
  outside: {
    check: 'idle_timeout',
    rootCause: 'proxy_timeout_too_short',
    // The doctor need not wait as long to see one that is in more of a hurry.
    during: (stack, look) =>
      throughProxy(stack.url, { idleTimeoutMs: 2_000 }, (url) =>
        look({ url, idleWaitMs: 8_000 }, ['idle_timeout']),
      ),
  },
  stack: ordinary,
  run: (stack) =>
    throughProxy(stack.url, { idleTimeoutMs: 10_000 }, async (url) => {
      const { token } = stack.takeTestUser();
      const connections = await Promise.all([1, 2, 3, 4].map(() => openSocket(url, token)));
      await Promise.all(
        connections.map(({ socket }) => once(socket, 'close', { signal: AbortSignal.timeout(20_000) })),
      );
      return connections[0]?.connectionId ?? '';
    }),
};
