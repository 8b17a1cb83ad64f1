import type { Drill } from '../drill.ts';
import { lastAttempt } from '../lab/last-attempt.ts';
import { leaveAfter } from '../lab/leave-after.ts';
import { unsteadyAuth } from '../stacks/unsteady-auth.ts';

export const clientTimeoutTooShort: Drill = {
  name: 'client_timeout_too_short',
  injected: 'Clients wait 650 ms for a handshake that takes 900',
  expected: 'client_timeout_too_short',
  incident: 2,
  outside: {
    hidden:
      'Every handshake succeeds within its deadline; how long the clients of others wait is not to be seen.',
  },
  stack: unsteadyAuth,
  async run(stack) {
    stack.authLink.delay(900);
    const { userId, token } = stack.takeUser();
    const tokens = [token, stack.takeUser().token, stack.takeUser().token, stack.takeUser().token];
    await Promise.all(tokens.map((each) => leaveAfter(650, stack.url, each)));
    return lastAttempt(stack, 'client_gone', userId);
  },
  async repair(stack) {
    stack.authLink.delay(0);
  },
};
