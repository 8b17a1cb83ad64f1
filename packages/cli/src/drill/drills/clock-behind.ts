import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { gatewayBehind } from '../stacks/gateway-behind.ts';

export const clockBehind: Drill = {
  name: 'clock_behind',
  injected:
    'The clock of the gateway is ten minutes behind, so that every token seems to come from the future',
  expected: 'clock_skew',
  outside: { check: 'ticket', rootCause: 'clock_skew' },
  stack: gatewayBehind(),
  run: (stack) => meetWithToken(stack.url, stack.takeUser().token),
};
