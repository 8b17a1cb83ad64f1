import type { Drill } from '../drill.ts';
import { fewHandshakes, knockTooOften } from '../stacks/few-handshakes.ts';

export const tooManyHandshakes: Drill = {
  name: 'too_many_handshakes',
  injected: 'A client tries again and again without a pause',
  expected: 'rate_limit_hit',
  outside: { check: 'proxy_upgrade', rootCause: 'rate_limit_hit' },
  stack: fewHandshakes,
  run: ({ url }) => knockTooOften(url),
};
