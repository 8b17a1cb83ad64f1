import type { Drill } from '../../packages/cli/src/drill/drill.ts';
import type { DrillStack } from '../../packages/cli/src/drill/lab/drill-stack.ts';

/** Injects the fault of a drill and meets it as a client does: gives the id of what is to be explained. */
export async function meetFailure(drill: Drill, stack: DrillStack): Promise<string> {
  const met = await drill.run(stack);
  return typeof met === 'string' ? met : met.id;
}
