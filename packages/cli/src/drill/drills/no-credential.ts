import type { Drill } from '../drill.ts';
import { knock } from '../lab/knock.ts';
import { ONE_WRONG_REQUEST } from '../outside.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const noCredential: Drill = {
  name: 'no_credential',
  injected: 'A client sends no credential',
  expected: 'credential_not_sent',
  isControl: true,
  outside: ONE_WRONG_REQUEST,
  stack: ordinary,
  run: ({ url }) => knock(url),
};
