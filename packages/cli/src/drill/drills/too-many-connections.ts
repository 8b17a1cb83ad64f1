import { LIMITS } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { openSocket } from '../lab/open-socket.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const tooManyConnections: Drill = {
  name: 'too_many_connections',
  injected: 'A client opens connections and never closes one',
  expected: 'connection_limit_hit',
  stack: ordinary,
  async run(stack) {
    const { token } = stack.takeTestUser();
    const connections = await Promise.all(
      Array.from({ length: LIMITS.maxConnectionsPerUser }, () => openSocket(stack.url, token)),
    );
    try {
      return await knockWithToken(stack.url, token);
    } finally {
      for (const { socket } of connections) socket.terminate();
    }
  },
};
