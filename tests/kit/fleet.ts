import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PoolConfig } from 'pg';
import { freePort } from './free-port.ts';
import { poll } from './poll.ts';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/netra.js', import.meta.url));
/** In one process: a signal reaches the server itself, and its memory is its own. */
const FROM_SOURCE = ['--conditions=netra-source', '--import', import.meta.resolve('tsx'), BIN];
const READY_DEADLINE_MS = 60_000;

export interface FleetOptions {
  /** Where their databases lie; both services use this one. */
  readonly database: PoolConfig;
  /** Default 2. */
  readonly gateways?: number;
  /** Run what was built just now, as it is deployed. Default: in `npm test`, which builds first; else the sources. */
  readonly isBuilt?: boolean;
  /** Modules of agents for every gateway. */
  readonly agents?: readonly string[];
  /** Settings of every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of the gateways: of all, or of each by its place. */
  readonly gatewayEnv?:
    | Readonly<Record<string, string>>
    | ((index: number) => Readonly<Record<string, string>>);
}

/** One `netra gateway` that keeps its port over its lives. */
export interface FleetNode {
  readonly url: string;
  readonly port: number;
  pid(): number;
  isUp(): boolean;
  output(): string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Resolves when it is ready. */
  start(): Promise<void>;
}

/** The auth service and gateways, each a real process, on one database. */
export interface Fleet {
  readonly authUrl: string;
  readonly authPort: number;
  readonly nodes: readonly FleetNode[];
  stop(): Promise<void>;
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { gateways = 2, agents = [], env = {}, gatewayEnv = {} } = options;
  const { isBuilt = process.env.NETRA_TEST_BUILD === '1' } = options;
  const nodeArgs = isBuilt ? [BIN] : FROM_SOURCE;
  // Both services share it, for the secrets that development makes.
  const dataDir = await mkdtemp(join(tmpdir(), 'netra-fleet-'));
  const common = {
    NETRA_DATA_DIR: dataDir,
    DATABASE_URL: urlOf(options.database),
    LOG_LEVEL: 'warn',
    ...env,
  };
  const auth = createNode([...nodeArgs, 'auth'], common);
  const started: FleetNode[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.filter((node) => node.isUp()).map((node) => node.stop()));
    if (auth.isUp()) await auth.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await auth.start();
    const args = [...nodeArgs, 'gateway', ...agents.flatMap((path) => ['--agents', path])];
    const own = typeof gatewayEnv === 'function' ? gatewayEnv : () => gatewayEnv;
    for (let index = 0; index < gateways; index++) {
      const node = createNode(args, { ...common, NETRA_AUTH_URL: auth.url, ...own(index) });
      started.push(node);
      // The first one migrates, the others find it done.
      await node.start();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { authUrl: auth.url, authPort: auth.port, nodes: started, stop };
}

function createNode(args: readonly string[], env: Readonly<Record<string, string>>): FleetNode {
  let child: ChildProcess | undefined;
  let printed = '';
  let port = 0;

  const isUp = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (child === undefined || !isUp()) return null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }

  return {
    get url() {
      return `http://localhost:${port}`;
    },
    get port() {
      return port;
    },
    pid() {
      if (child?.pid === undefined) throw new Error('the process does not run');
      return child.pid;
    },
    isUp,
    output: () => printed,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    async start() {
      printed = '';
      if (port === 0) port = await freePort();
      child = spawn(process.execPath, [...args], {
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => {
          printed += chunk.toString();
        });
      await poll(
        () => {
          if (!isUp()) throw new Error(`${args.join(' ')} ended by itself:\n${printed}`);
          return printed.includes(' is ready: ') ? true : undefined;
        },
        {
          deadlineMs: READY_DEADLINE_MS,
          what: () => `${args.join(' ')} to be ready; it printed:\n${printed}`,
        },
      );
    },
  };
}

function urlOf({ host = '', port = 5432, user = '', database = '' }: FleetOptions['database']): string {
  return `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}
