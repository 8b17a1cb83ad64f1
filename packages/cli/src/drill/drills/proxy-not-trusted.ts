import type { Drill } from '../drill.ts';
import { throughProxy } from '../lab/through-proxy.ts';
import { fewHandshakes, knockTooOften } from '../stacks/few-handshakes.ts';

export const proxyNotTrusted: Drill = {
  name: 'proxy_not_trusted',
  injected: 'All clients come through a proxy that is not one of TRUSTED_PROXIES, and share its limit',
  expected: 'untrusted_proxy',
  // By whose address the limit counts is known to the gateway alone.
  outside: {
    check: 'proxy_upgrade',
    rootCause: 'rate_limit_hit',
    during: (stack, look) => throughProxy(stack.url, {}, (url) => look({ url })),
  },
  stack: fewHandshakes,
  run: (stack) => throughProxy(stack.url, {}, knockTooOften),
};
