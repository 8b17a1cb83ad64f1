import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const testUsersLost: Drill = {
  name: 'test_users_lost',
  injected: 'The database was replaced, and the users of end-to-end tests were not seeded again',
  expected: 'e2e_user_not_seeded',
  outside: { check: 'e2e_users', rootCause: 'e2e_user_not_seeded' },
  stack: ordinary,
  async run(stack) {
    const { userId, token } = stack.takeTestUser();
    await stack.sql('delete from auth."user" where id = $1', [userId]);
    return { id: await knockWithToken(stack.url, token), visit: { e2eUserIds: [userId] } };
  },
};
