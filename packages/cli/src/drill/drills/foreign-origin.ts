import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const foreignOrigin: Drill = {
  name: 'foreign_origin',
  injected: 'A page of another origin opens the connection',
  expected: 'origin_not_configured',
  outside: { check: 'origin', rootCause: 'origin_not_configured' },
  stack: ordinary,
  async run(stack) {
    const origin = 'https://shop.example.com';
    const id = await knockWithToken(stack.url, stack.takeUser().token, { Origin: origin });
    return { id, visit: { origin } };
  },
};
