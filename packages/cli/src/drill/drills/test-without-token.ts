import type { Drill } from '../drill.ts';
import { knock } from '../lab/knock.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const testWithoutToken: Drill = {
  name: 'test_without_token',
  injected: 'An end-to-end test counts on a switch in the server and sends no token',
  expected: 'e2e_credentials_missing',
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  run: ({ url }) => knock(url, { 'X-Client-Type': 'test', 'X-Test-Type': 'E2E' }),
};
