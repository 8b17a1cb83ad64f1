import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ordinary } from '../stacks/ordinary.ts';

const FAULTS = { drop: ['Upgrade', 'Connection'] };

export const proxyDropsUpgrade: Drill = {
  name: 'proxy_drops_upgrade',
  injected: 'A proxy in front does not pass Upgrade on',
  expected: 'proxy_dropped_upgrade',
  outside: {
    check: 'proxy_upgrade',
    rootCause: 'proxy_dropped_upgrade',
    during: (stack, look) => throughProxy(stack.url, FAULTS, (url) => look({ url })),
  },
  stack: ordinary,
  run: (stack) => throughProxy(stack.url, FAULTS, (url) => knockWithToken(url, stack.takeTestUser().token)),
};
