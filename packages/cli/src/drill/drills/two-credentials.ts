import type { Drill } from '../drill.ts';
import { knockWithToken } from '../lab/knock.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const twoCredentials: Drill = {
  name: 'two_credentials',
  injected: 'A client sends its token twice',
  expected: 'client_protocol_error',
  isControl: true,
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  async run(stack) {
    const { token } = stack.takeUser();
    return knockWithToken(stack.url, token, { 'Sec-WebSocket-Protocol': `netra.v1, bearer.${token}` });
  },
};
