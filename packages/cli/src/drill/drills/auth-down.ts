import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { mortalAuth } from '../stacks/mortal-auth.ts';

export const authDown: Drill = {
  name: 'auth_down',
  injected: 'The auth service is killed',
  expected: 'auth_down',
  incident: 3,
  outside: { check: 'health', rootCause: 'auth_down' },
  stack: mortalAuth,
  async run(stack) {
    stack.auth().signal('SIGKILL');
    await stack.auth().exited;
    return knockWithToken(stack.url, stack.takeUser().token);
  },
  async repair(stack) {
    await (await stack.startAuth()).ready;
  },
};
