import type { Drill } from '../drill.ts';
import { failRun } from '../lab/fail-run.ts';
import { withModel } from '../stacks/with-model.ts';

export const modelRateLimited: Drill = {
  name: 'model_rate_limited',
  injected: 'The provider of the model asks for fewer requests',
  expected: 'model_rate_limited',
  outside: { check: 'message', rootCause: 'model_rate_limited' },
  stack: withModel,
  run: (stack) => failRun(stack, stack.takeUser().token, { text: 'answer 429' }),
};
