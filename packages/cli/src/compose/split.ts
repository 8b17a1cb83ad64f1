import { composeAgents } from './agents.ts';
import { composeAuth } from './auth.ts';
import { openDatabase } from './database.ts';
import { openFront } from './front.ts';
import { composeGateway, stopGatewayFirst } from './gateway.ts';
import { answerHealth } from './health.ts';
import { openOps, processMetrics } from './ops.ts';
import { rememberServedAddress } from './served-address.ts';
import type { Ready, Startup } from './startup.ts';

/** The auth service alone. */
export async function composeAuthAlone(given: Startup): Promise<Ready> {
  const front = await openFront(given);
  const startup = { ...given, config: front.config };
  const ops = await openOps(startup);
  const auth = await composeAuth(startup, await openDatabase(startup));
  await rememberServedAddress(startup.config);
  startup.lifecycle.add('http', () => front.close());
  front.serve({
    fetch: async (request, env) => {
      const { pathname } = new URL(request.url);
      return (await answerHealth(pathname, () => auth.checks())) ?? auth.fetch(request, env);
    },
  });
  ops.serve({ metrics: processMetrics(), checks: () => auth.checks() });
  return ready('auth service', front.config.publicUrl);
}

/** The gateway alone; it reaches the auth service over HTTP at `NETRA_AUTH_URL`. */
export async function composeGatewayAlone(
  given: Startup,
  { agentPaths }: { agentPaths: readonly string[] },
): Promise<Ready> {
  const agents = await composeAgents(given, agentPaths);
  const front = await openFront(given);
  const startup = { ...given, config: front.config };
  const ops = await openOps(startup);
  const database = await openDatabase(startup);
  const gateway = await composeGateway(startup, {
    database,
    authFetch: (request, init) => fetch(request, init),
    isAuthRemote: true,
    agents,
  });
  startup.lifecycle.add('http', () => front.close());
  stopGatewayFirst(startup, gateway);
  front.serve(gateway);
  ops.serve(gateway);
  return ready('gateway', front.config.publicUrl);
}

function ready(name: string, url: string): Ready {
  return { url, lines: [`  The ${name} is ready: ${url}`] };
}
