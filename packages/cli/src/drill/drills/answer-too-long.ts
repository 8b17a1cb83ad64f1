import type { Drill } from '../drill.ts';
import { failRun } from '../lab/fail-run.ts';
import { withModel } from '../stacks/with-model.ts';

export const answerTooLong: Drill = {
  name: 'answer_too_long',
  injected: 'The model stops in the middle of its answer, at the most that it may write',
  expected: 'run_limit_hit',
  outside: { check: 'message', rootCause: 'run_limit_hit' },
  stack: withModel,
  run: (stack) => failRun(stack, stack.takeUser().token, { text: 'cut off' }),
};
