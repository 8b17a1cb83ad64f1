import type { Drill } from '../drill.ts';
import { askRefused } from '../lab/api.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const credentialInUrl: Drill = {
  name: 'credential_in_url',
  injected: 'A client puts its token into the address',
  expected: 'client_protocol_error',
  isControl: true,
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  async run(stack) {
    const { token } = stack.takeUser();
    return askRefused(stack.url, `/v1/threads?access_token=${token}`);
  },
};
