import { composeAgents } from './agents.ts';
import { composeAuth } from './auth.ts';
import { openDatabase } from './database.ts';
import { openFront } from './front.ts';
import { composeGateway, stopGatewayFirst } from './gateway.ts';
import { answerHealth } from './health.ts';
import type { Startup } from './startup.ts';

/** The auth service alone. Resolves to its address. */
export async function composeAuthAlone(given: Startup): Promise<string> {
  const front = await openFront(given);
  const startup = { ...given, config: front.config };
  const auth = await composeAuth(startup, await openDatabase(startup));
  startup.lifecycle.add('http', () => front.close());
  front.serve({
    fetch: async (request, env) => {
      const { pathname } = new URL(request.url);
      return (await answerHealth(pathname, () => auth.checks())) ?? auth.fetch(request, env);
    },
  });
  return front.config.publicUrl;
}

/** The gateway alone; it reaches the auth service over HTTP at `NETRA_AUTH_URL`. Resolves to its address. */
export async function composeGatewayAlone(
  given: Startup,
  { agentPaths }: { agentPaths: readonly string[] },
): Promise<string> {
  const agents = await composeAgents(given.config, agentPaths);
  const front = await openFront(given);
  const startup = { ...given, config: front.config };
  const database = await openDatabase(startup);
  const gateway = await composeGateway(startup, { database, authFetch: (request) => fetch(request), agents });
  startup.lifecycle.add('http', () => front.close());
  stopGatewayFirst(startup, gateway);
  front.serve(gateway);
  return front.config.publicUrl;
}
