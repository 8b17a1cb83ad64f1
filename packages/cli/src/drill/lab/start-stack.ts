import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPool } from '@netra/service';
import type { PoolConfig } from 'pg';
import type { Environment } from '../../environment.ts';
import { callApi } from './api.ts';
import type { DrillStack } from './drill-stack.ts';
import { freePort } from './free-port.ts';
import { type Link, openLink } from './link.ts';
import { makePeople, signIn } from './make-people.ts';
import { newSecret } from './mint-token.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

export interface StackOptions {
  /** Added to the settings of both services, of one of them. */
  readonly env?: Environment;
  readonly authEnv?: Environment;
  readonly gatewayEnv?: Environment;
  /** The source of a module of agents for the gateway. It imports nothing that is not named by an absolute address. */
  readonly agents?: string;
  /** What else was opened for this stack, and ends with it. */
  readonly onStop?: () => Promise<void>;
  /** The gateway reaches the auth service, or its database, over a `Link`. */
  readonly hasAuthLink?: boolean;
  readonly hasDatabaseLink?: boolean;
}

interface Place {
  readonly dataDir: string;
  readonly connection: PoolConfig;
  readonly env: Environment;
}

const STOP_DEADLINE_MS = 8_000;

export async function createDrillStack(place: Place, options: StackOptions): Promise<DrillStack> {
  const [authPort, gatewayPort] = await Promise.all([freePort(), freePort()]);
  const authUrl = `http://localhost:${authPort}`;
  const url = `http://localhost:${gatewayPort}`;
  const authLink = options.hasAuthLink ? await openLink({ port: authPort, host: '127.0.0.1' }) : undefined;
  const databaseLink = options.hasDatabaseLink
    ? await openLink({ path: socketPath(place.connection) })
    : undefined;
  const common = commonSettings(place, options);
  const authEnv: Environment = {
    ...common,
    PORT: String(authPort),
    NETRA_PUBLIC_URL: authUrl,
    AUTH_ENCRYPTION_KEY: newSecret(),
    ...options.authEnv,
  };
  const gatewayEnv: Environment = {
    ...common,
    PORT: String(gatewayPort),
    NETRA_PUBLIC_URL: url,
    NETRA_AUTH_URL: authLink === undefined ? authUrl : `http://localhost:${authLink.port}`,
    NETRA_AUTH_ISSUER: authUrl,
    ...(databaseLink && { DATABASE_URL: databaseUrl(place.connection, databaseLink) }),
    ...options.gatewayEnv,
  };
  const pool = createPool(place.connection, { schema: 'public', maxConnections: 4 });
  const agentArgs = await writeAgents(place.dataDir, options.agents);
  const started: ServiceProcess[] = [];
  const run = (args: readonly string[], env: Environment): ServiceProcess => {
    const service = startServiceProcess(args, env);
    started.push(service);
    return service;
  };
  const people = await makePeople(authEnv);
  let auth = run(['auth'], authEnv);
  await auth.ready;
  let gateway = run(['gateway', ...agentArgs], gatewayEnv);
  await gateway.ready;
  let operatorToken = people.operator.token;
  // As on any day: the gateway knows the keys and the operator. Where the fault is there from the start, it is refused.
  await callApi(url, '/v1/threads', { token: operatorToken });

  const stack: DrillStack = {
    environment: 'staging',
    dataDir: place.dataDir,
    url,
    authUrl,
    authEnv,
    gatewayEnv,
    operatorToken: () => operatorToken,
    setOperatorToken: (token) => {
      operatorToken = token;
    },
    operatorId: people.operator.userId,
    takeUser: () => taken(people.users),
    takeTestUser: () => taken(people.testUsers),
    auth: () => auth,
    gateway: () => gateway,
    async startAuth(env = authEnv) {
      auth = run(['auth'], env);
      return auth;
    },
    async startGateway(env = gatewayEnv) {
      gateway = run(['gateway', ...agentArgs], env);
      return gateway;
    },
    get authLink() {
      return present(authLink);
    },
    get databaseLink() {
      return present(databaseLink);
    },
    async sql<Row extends object>(text: string, values: readonly unknown[] = []) {
      return (await pool.query<Row>(text, [...values])).rows;
    },
    async hold(text) {
      const client = await pool.connect();
      await client.query(`begin; ${text}`);
      return async () => {
        await client.query('rollback');
        client.release();
      };
    },
    newToken: (userId) => signIn(authEnv, userId),
    async stop() {
      await Promise.all(started.map(end));
      await options.onStop?.();
      await Promise.all([authLink?.close(), databaseLink?.close(), pool.end()]);
    },
  };
  return stack;
}

async function writeAgents(dataDir: string, source: string | undefined): Promise<string[]> {
  if (source === undefined) return [];
  const path = join(dataDir, 'agents.mjs');
  await writeFile(path, source);
  return ['--agents', path];
}

function commonSettings({ dataDir, connection, env }: Place, options: StackOptions): Environment {
  return {
    PATH: env.PATH,
    HOME: env.HOME,
    ENVIRONMENT: 'staging',
    HOST: '127.0.0.1',
    NETRA_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl(connection),
    SERVICE_SECRET: newSecret(),
    E2E_OAUTH_SIMULATION_KEY: newSecret(),
    ...options.env,
  };
}

function databaseUrl({ host = '', port = 5432, user = '', database = '' }: PoolConfig, link?: Link): string {
  if (link !== undefined) return `postgres://${user}@127.0.0.1:${link.port}/${database}?sslmode=disable`;
  return `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}

function socketPath({ host, port = 5432 }: PoolConfig): string {
  return `${host}/.s.PGSQL.${port}`;
}

/** In order where it can, and in any case: a stopped or hung process is killed. */
async function end(service: ServiceProcess): Promise<void> {
  service.signal('SIGCONT');
  service.signal('SIGTERM');
  const timer = setTimeout(() => service.signal('SIGKILL'), STOP_DEADLINE_MS);
  await service.exited;
  clearTimeout(timer);
}

function taken<Item>(items: Item[]): Item {
  return present(items.pop());
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('This stack was not made for that.');
  return value;
}
