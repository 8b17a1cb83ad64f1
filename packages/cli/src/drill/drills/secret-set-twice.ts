import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drill } from '../drill.ts';
import { newSecret } from '../lab/mint-token.ts';
import { deployAuth, deployAuthAsBefore, redeployedAuth } from '../stacks/redeployed-auth.ts';

export const secretSetTwice: Drill = {
  name: 'secret_set_twice',
  injected: 'The auth service was deployed with SERVICE_SECRET as a value and as a file',
  expected: 'secret_source_conflict',
  outside: { check: 'health', rootCause: 'auth_down' },
  stack: redeployedAuth,
  async run(stack) {
    const SERVICE_SECRET_FILE = join(stack.dataDir, 'service-secret');
    await writeFile(SERVICE_SECRET_FILE, newSecret());
    return deployAuth(stack, { SERVICE_SECRET_FILE });
  },
  repair: deployAuthAsBefore,
};
