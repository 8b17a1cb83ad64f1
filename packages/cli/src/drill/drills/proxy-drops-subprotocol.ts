import { SUBPROTOCOL, type TicketResponse } from '@netra/protocol';
import type { Drill } from '../drill.ts';
import { ask } from '../lab/api.ts';
import { knock } from '../lab/knock.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ordinary } from '../stacks/ordinary.ts';

const FAULTS = { drop: ['Sec-WebSocket-Protocol'] };

export const proxyDropsSubprotocol: Drill = {
  name: 'proxy_drops_subprotocol',
  injected: 'A proxy in front does not pass Sec-WebSocket-Protocol on, which carries the ticket of a browser',
  expected: 'proxy_dropped_subprotocol',
  outside: {
    check: 'proxy_subprotocol',
    rootCause: 'proxy_dropped_subprotocol',
    during: (stack, look) => throughProxy(stack.url, FAULTS, (url) => look({ url })),
  },
  stack: ordinary,
  async run(stack) {
    const { token } = stack.takeTestUser();
    const page = { origin: stack.url };
    const { ticket } = await ask<TicketResponse>(stack.url, '/v1/ws/ticket', {
      token,
      method: 'POST',
      body: {},
      headers: page,
    });
    return throughProxy(stack.url, FAULTS, (url) =>
      knock(url, { ...page, 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ticket.${ticket}` }),
    );
  },
};
