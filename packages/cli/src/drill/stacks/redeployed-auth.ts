import type { Environment } from '../../environment.ts';
import type { StartStack } from '../drill.ts';
import type { DrillStack } from '../lab/drill-stack.ts';
import { knockWithToken } from '../lab/knock.ts';

/** Its auth service is deployed with settings that keep it from starting. */
export const redeployedAuth: StartStack = (lab) => lab.start();

/** Deploys the auth service of such a stack with these changes; it must not start. Gives the attempt of who comes then. */
export async function deployAuth(stack: DrillStack, changes: Environment): Promise<string> {
  stack.auth().signal('SIGTERM');
  await stack.auth().exited;
  await (await stack.startAuth({ ...stack.authEnv, ...changes })).exited;
  return knockWithToken(stack.url, stack.takeUser().token);
}

export async function deployAuthAsBefore(stack: DrillStack): Promise<void> {
  await (await stack.startAuth()).ready;
}
