import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const proxyDropsUpgrade: Drill = {
  name: 'proxy_drops_upgrade',
  injected: 'A proxy in front does not pass Upgrade on',
  expected: 'proxy_dropped_upgrade',
  stack: ordinary,
  run: (stack) =>
    throughProxy(stack.url, { drop: ['Upgrade', 'Connection'] }, (url) =>
      knockWithToken(url, stack.takeTestUser().token),
    ),
};
