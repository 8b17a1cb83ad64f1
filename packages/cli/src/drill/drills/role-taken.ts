import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const roleTaken: Drill = {
  name: 'role_taken',
  injected: 'The role that may chat was taken from a user',
  expected: 'permission_not_granted',
  isControl: true,
  outside: { check: 'ticket', rootCause: 'permission_not_granted' },
  stack: ordinary,
  async run(stack) {
    const { userId, token } = stack.takeUser();
    await stack.sql(`update auth."user" set role = 'guest' where id = $1`, [userId]);
    return meetWithToken(stack.url, token);
  },
};
