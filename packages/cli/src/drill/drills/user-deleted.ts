import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const userDeleted: Drill = {
  name: 'user_deleted',
  injected: 'An account is deleted while its token still lives',
  expected: 'user_deleted',
  outside: { check: 'token', rootCause: 'user_deleted' },
  stack: ordinary,
  async run(stack) {
    const { userId, token } = stack.takeUser();
    await stack.sql('delete from auth."user" where id = $1', [userId]);
    return meetWithToken(stack.url, token);
  },
};
