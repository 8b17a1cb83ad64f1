import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const userDeactivated: Drill = {
  name: 'user_deactivated',
  injected: 'A user is deactivated in the database',
  expected: 'user_deactivated',
  incident: 4,
  outside: { check: 'token', rootCause: 'user_deactivated' },
  stack: ordinary,
  async run(stack) {
    const { userId, token } = stack.takeUser();
    await stack.sql('update auth."user" set active = false where id = $1', [userId]);
    return meetWithToken(stack.url, token);
  },
};
