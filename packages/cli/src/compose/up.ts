import type { AuthService, SignInLink } from '@netra/auth';
import type { Gateway } from '@netra/gateway';
import { type Config, refuseIfOwned } from '@netra/service';
import { type Agents, composeAgents } from './agents.ts';
import { composeAuth } from './auth.ts';
import { openDatabase } from './database.ts';
import { type App, openFront } from './front.ts';
import { composeGateway, stopGatewayFirst } from './gateway.ts';
import { openOps } from './ops.ts';
import { rememberServedAddress } from './served-address.ts';
import type { Startup } from './startup.ts';
import { findWebRoot } from './web-root.ts';

export interface Installation {
  /** With the real port. */
  readonly config: Config;
  /** Where the data is, for people. */
  readonly dataPlace: string;
  /** Development only: signs the development operator in, once. */
  readonly signInLink?: SignInLink;
  readonly agents: Agents;
  readonly hasWebApp: boolean;
}

/** Everything in one process and on one origin: database, auth service, gateway, web app. */
export async function composeUp(
  given: Startup,
  { agentPaths }: { agentPaths: readonly string[] },
): Promise<Installation> {
  const agents = await composeAgents(given, agentPaths);
  // A second start on the same data finds the port taken as well; the data is the reason that helps.
  if (given.config.databaseUrl === undefined) await refuseIfOwned(given.config.dataDir);
  const front = await openFront(given);
  const startup = { ...given, config: front.config };
  const { config, lifecycle } = startup;
  const ops = await openOps(startup);
  const database = await openDatabase(startup);
  const auth = await composeAuth(startup, database);
  await rememberServedAddress(config);
  const gateway = await composeGateway(startup, {
    database,
    authFetch: (request) => auth.fetch(request),
    isAuthRemote: false,
    agents,
  });
  lifecycle.add('http', () => front.close());
  stopGatewayFirst(startup, gateway);
  front.serve(route(auth, gateway));
  ops.serve(gateway);
  const signInLink = config.environment === 'development' ? await signInOperator(auth) : undefined;
  return {
    config,
    dataPlace: database.place,
    ...(signInLink === undefined ? {} : { signInLink }),
    agents,
    hasWebApp: findWebRoot() !== undefined,
  };
}

/** PROTOCOL §1: the auth service answers `/auth/*` and `/.well-known/*`, the gateway everything else. */
function route(auth: AuthService, gateway: Gateway): App {
  return {
    fetch: (request, env) => {
      const { pathname } = new URL(request.url);
      const isForAuth = pathname.startsWith('/auth/') || pathname.startsWith('/.well-known/');
      return isForAuth ? auth.fetch(request, env) : gateway.fetch(request, env);
    },
    handleUpgrade: (request, socket, head) => gateway.handleUpgrade(request, socket, head),
  };
}

function signInOperator(auth: AuthService): Promise<SignInLink> {
  return auth.createSignInLink({
    email: 'operator@netra.localhost',
    name: 'Development operator',
    roles: ['user', 'operator'],
  });
}
