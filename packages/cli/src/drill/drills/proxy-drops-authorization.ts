import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ordinary } from '../stacks/ordinary.ts';

const FAULTS = { drop: ['Authorization'] };

export const proxyDropsAuthorization: Drill = {
  name: 'proxy_drops_authorization',
  injected: 'A proxy in front does not pass Authorization on',
  expected: 'proxy_dropped_authorization',
  outside: {
    check: 'proxy_authorization',
    rootCause: 'proxy_dropped_authorization',
    during: (stack, look) => throughProxy(stack.url, FAULTS, (url) => look({ url })),
  },
  stack: ordinary,
  run: (stack) => throughProxy(stack.url, FAULTS, (url) => knockWithToken(url, stack.takeTestUser().token)),
};
