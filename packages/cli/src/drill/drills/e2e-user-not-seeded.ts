import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { oneSecret, ownToken } from '../stacks/one-secret.ts';

export const e2eUserNotSeeded: Drill = {
  name: 'e2e_user_not_seeded',
  injected: 'Tests make a token for a user whom nobody seeded in staging',
  expected: 'e2e_user_not_seeded',
  incident: 4,
  outside: { check: 'e2e_users', rootCause: 'e2e_user_not_seeded' },
  stack: oneSecret,
  async run(stack) {
    const userId = 'staging-e2e-user-077';
    return {
      id: await knockWithToken(stack.url, ownToken(stack, userId)),
      visit: { e2eUserIds: [userId] },
    };
  },
};
