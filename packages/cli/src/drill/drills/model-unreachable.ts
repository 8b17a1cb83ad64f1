import type { Drill } from '../drill.ts';
import { failRun } from '../lab/fail-run.ts';
import { withModel } from '../stacks/with-model.ts';

export const modelUnreachable: Drill = {
  name: 'model_unreachable',
  injected: 'The provider of the model hangs up',
  expected: 'model_unreachable',
  outside: { check: 'message', rootCause: 'model_unreachable' },
  stack: withModel,
  run: (stack) => failRun(stack, stack.takeUser().token, { text: 'hang up' }),
};
