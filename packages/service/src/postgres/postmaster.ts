import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import pg from 'pg';
import { AppError } from '../app-error.ts';
import { postgresEnvironment } from './cluster.ts';
import { type ServerAccount, spawnIdentity } from './server-account.ts';

export interface PostmasterOptions {
  readonly binary: string;
  readonly account: ServerAccount;
  readonly clusterPath: string;
  /** What `-D` gets. */
  readonly dataArgument: string;
  readonly socketDirectory: string;
  readonly logPath: string;
  readonly durability: 'full' | 'test';
  readonly connection: ClientConfig;
  readonly onProgress: (message: string) => void;
  /** Gives the start up: the server that is on its way is ended. */
  readonly signal?: AbortSignal | undefined;
}

export interface Postmaster {
  readonly child: ChildProcess;
  readonly pid: number;
}

const settings: Readonly<Record<string, string | number>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '64MB',
  max_connections: 100,
  wal_level: 'minimal',
  // As PostgreSQL has them; `initdb` makes them smaller where the files of its log are.
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  max_wal_senders: 0,
  io_method: 'sync',
  max_logical_replication_workers: 0,
  log_checkpoints: 'off',
  // Statements and their details hold what users wrote.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};
const testSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const maxLogBytes = 1024 * 1024;
/** Crash recovery of a large log takes time; a server that recovers is not a server that hangs. */
const readyTimeoutMs = 120_000;
/** What is left of a killed server goes away within moments. */
const leftoverTimeoutMs = 10_000;

/** Starts PostgreSQL and waits until it answers a query. Errors: `embedded_postgres_failed`. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const givesUpAt = Date.now() + leftoverTimeoutMs;
  for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 500)) {
    const from = await logSize(options.logPath);
    const child = await spawnPostmaster(options);
    if (await becomesReady(child, options)) return { child, pid: child.pid ?? 0 };
    const said = (await readFile(options.logPath)).subarray(from).toString('utf8');
    options.signal?.throwIfAborted();
    if (!/still in use|already exists/.test(said) || Date.now() > givesUpAt) throw failed(options, said);
    await wait(delayMs);
  }
}

async function spawnPostmaster(options: PostmasterOptions): Promise<ChildProcess> {
  const all = {
    ...settings,
    unix_socket_directories: options.socketDirectory,
    ...(options.durability === 'test' ? testSettings : {}),
  };
  const log = await open(options.logPath, (await logSize(options.logPath)) > maxLogBytes ? 'w' : 'a', 0o600);
  try {
    // A file, not a pipe: it outlives us. A process group of its own: Ctrl-C is for us to handle, in our order.
    const child = spawn(
      options.binary,
      [
        '-D',
        options.dataArgument,
        ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        cwd: options.clusterPath,
        env: postgresEnvironment,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        ...spawnIdentity(options.account),
      },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } catch (cause) {
    throw new AppError('embedded_postgres_failed', `${options.binary} did not start.`, {
      fix: 'Set DATABASE_URL=postgres://user:password@host:5432/netra',
      cause,
    });
  } finally {
    await log.close();
  }
}

/** A socket that accepts is not enough: only an answered query is. */
async function becomesReady(
  child: ChildProcess,
  { connection, onProgress, signal }: PostmasterOptions,
): Promise<boolean> {
  const startedAt = Date.now();
  let told = false;
  while (child.exitCode === null && child.signalCode === null) {
    const state = await probe(connection);
    if (state === 'ready') return true;
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > readyTimeoutMs || signal?.aborted === true) {
      const ended = once(child, 'exit');
      child.kill('SIGQUIT');
      await ended;
      return false;
    }
    if (waitedMs > 2_000 && !told) onProgress('PostgreSQL is recovering what the last run left unfinished');
    told ||= waitedMs > 2_000;
    await wait(10);
  }
  return false;
}

/** Asks the application's database, and makes it when it is not there yet. */
async function probe(connection: ClientConfig): Promise<'ready' | 'not yet'> {
  try {
    await query(connection, 'select 1');
    return 'ready';
  } catch (error) {
    const isMissing = error instanceof pg.DatabaseError && error.code === '3D000';
    if (!isMissing) return 'not yet';
    await query({ ...connection, database: 'postgres' }, `create database "${connection.database}"`);
    return 'ready';
  }
}

async function query(connection: ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // The query below rejects with the same news.
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function logSize(logPath: string): Promise<number> {
  const found = await stat(logPath).catch(() => undefined);
  return found?.size ?? 0;
}

function failed({ logPath }: PostmasterOptions, said: string): AppError {
  const line =
    said.split('\n').find((text) => /FATAL|PANIC|error while loading/.test(text)) ??
    said.trim().split('\n').at(-1);
  return new AppError(
    'embedded_postgres_failed',
    `PostgreSQL did not start: ${line?.replace(/^.*?(FATAL|PANIC): */, '') ?? 'no reason given'}`,
    {
      fix: `Read ${logPath}, or set DATABASE_URL=postgres://user:password@host:5432/netra`,
    },
  );
}
