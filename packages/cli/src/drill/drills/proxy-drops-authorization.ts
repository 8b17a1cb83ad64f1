import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const proxyDropsAuthorization: Drill = {
  name: 'proxy_drops_authorization',
  injected: 'A proxy in front does not pass Authorization on',
  expected: 'proxy_dropped_authorization',
  stack: ordinary,
  run: (stack) =>
    throughProxy(stack.url, { drop: ['Authorization'] }, (url) =>
      knockWithToken(url, stack.takeTestUser().token),
    ),
};
