import type { Drill } from '../drill.ts';
import { lastAttempt } from '../lab/last-attempt.ts';
import { leaveAfter } from '../lab/leave-after.ts';
import { unsteadyAuth } from '../stacks/unsteady-auth.ts';

export const clientLeftEarly: Drill = {
  name: 'client_left_early',
  injected: 'Somebody closes the page during the handshake',
  expected: 'client_left_early',
  isControl: true,
  outside: { hidden: 'The server was fast enough: what made the client leave is known to the client alone.' },
  stack: unsteadyAuth,
  async run(stack) {
    stack.authLink.delay(300);
    const { userId, token } = stack.takeUser();
    await leaveAfter(120, stack.url, token);
    return lastAttempt(stack, 'client_gone', userId);
  },
  async repair(stack) {
    stack.authLink.delay(0);
  },
};
