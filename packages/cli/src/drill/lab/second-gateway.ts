import type { Environment } from '../../environment.ts';
import type { Met } from '../outside.ts';
import type { DrillStack } from './drill-stack.ts';
import { freePort } from './free-port.ts';
import { knockWithToken } from './knock.ts';

/**
 * Deploys a second gateway with these changes, which nobody can get in by, and comes to it. Its record is in the database
 * that both share: the operator asks the gateway that knows them.
 */
export async function secondGateway(stack: DrillStack, changes: Environment): Promise<Met> {
  const port = String(await freePort());
  const url = `http://localhost:${port}`;
  const env = { ...stack.gatewayEnv, PORT: port, NETRA_PUBLIC_URL: url, ...changes };
  await (await stack.startGateway(env)).ready;
  return { id: await knockWithToken(url, stack.takeUser().token), visit: { url } };
}

export async function stopSecondGateway(stack: DrillStack): Promise<void> {
  stack.gateway().signal('SIGKILL');
  await stack.gateway().exited;
}
