import { once } from 'node:events';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { openSocket } from '../lab/open-socket.ts';
import { recordedClose } from '../lab/recorded-close.ts';
import { withAgents } from '../stacks/with-agents.ts';

export const slowClient: Drill = {
  name: 'slow_client',
  injected: 'A client stops reading while its agent talks',
  expected: 'slow_client',
  isControl: true,
  outside: {
    hidden: 'The doctor reads what it is sent; a client that does not is known to the server alone.',
  },
  stack: withAgents,
  async run(stack) {
    const { token } = stack.takeUser();
    const { socket, connectionId } = await openSocket(stack.url, token);
    const thread = await ask<{ thread_id: string }>(stack.url, '/v1/threads', {
      token,
      method: 'POST',
      body: {},
    });
    socket.send(JSON.stringify({ type: 'subscribe', ref: 'drill', thread_id: thread.thread_id }));
    await once(socket, 'message');
    socket.pause();
    await ask(stack.url, `/v1/threads/${thread.thread_id}/runs`, {
      token,
      method: 'POST',
      body: { text: 'Go on', agent: 'talkative' },
      headers: { 'idempotency-key': crypto.randomUUID() },
    });
    await recordedClose(stack, connectionId, 40_000);
    socket.terminate();
    return connectionId;
  },
};
