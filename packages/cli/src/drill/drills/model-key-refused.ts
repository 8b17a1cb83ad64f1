import type { Drill } from '../drill.ts';
import { failRun } from '../lab/fail-run.ts';
import { withModel } from '../stacks/with-model.ts';

export const modelKeyRefused: Drill = {
  name: 'model_key_refused',
  injected: 'The provider of the model refuses the key',
  expected: 'model_credentials_rejected',
  outside: { check: 'message', rootCause: 'model_credentials_rejected' },
  stack: withModel,
  run: (stack) => failRun(stack, stack.takeUser().token, { text: 'answer 401' }),
};
