import { LIMITS } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { openSocket } from '../lab/open-socket.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const tooManyConnections: Drill = {
  name: 'too_many_connections',
  injected: 'A client opens connections and never closes one',
  expected: 'connection_limit_hit',
  outside: {
    check: 'ticket',
    rootCause: 'connection_limit_hit',
    during(stack, look) {
      const { token } = stack.takeTestUser();
      return withFullAccount(stack.url, token, () =>
        look({ credential: { kind: 'access_token', value: token } }),
      );
    },
  },
  stack: ordinary,
  run(stack) {
    const { token } = stack.takeTestUser();
    return withFullAccount(stack.url, token, () => knockWithToken(stack.url, token));
  },
};

async function withFullAccount<Result>(
  url: string,
  token: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const connections = await Promise.all(
    Array.from({ length: LIMITS.maxConnectionsPerUser }, () => openSocket(url, token)),
  );
  try {
    return await work();
  } finally {
    for (const { socket } of connections) socket.terminate();
  }
}
