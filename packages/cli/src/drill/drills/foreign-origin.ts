import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const foreignOrigin: Drill = {
  name: 'foreign_origin',
  injected: 'A page of another origin opens the connection',
  expected: 'origin_not_configured',
  stack: ordinary,
  run: (stack) => knockWithToken(stack.url, stack.takeUser().token, { Origin: 'https://shop.example.com' }),
};
