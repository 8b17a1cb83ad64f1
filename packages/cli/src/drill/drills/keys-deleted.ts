import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';

export const keysDeleted: Drill = {
  name: 'keys_deleted',
  injected: 'The signing keys were deleted instead of rotated',
  expected: 'key_rotated_without_overlap',
  outside: { check: 'token', rootCause: 'key_rotated_without_overlap' },
  stack: (lab) => lab.start(),
  async run(stack) {
    const { token } = stack.takeUser();
    await stack.sql('delete from auth.signing_keys');
    for (const service of [stack.auth(), stack.gateway()]) {
      service.signal('SIGTERM');
      await service.exited;
    }
    await (await stack.startAuth()).ready;
    await (await stack.startGateway()).ready;
    stack.setOperatorToken(await stack.newToken(stack.operatorId));
    return meetWithToken(stack.url, token);
  },
};
