import type { Drill } from '../drill.ts';
import { knock } from '../lab/knock.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ticketOffer } from '../lab/ticket-offer.ts';
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
    const page = { origin: stack.url };
    const offer = await ticketOffer(stack.url, { ...stack.takeTestUser(), origin: stack.url });
    return throughProxy(stack.url, FAULTS, (url) => knock(url, { ...page, ...offer }));
  },
};
