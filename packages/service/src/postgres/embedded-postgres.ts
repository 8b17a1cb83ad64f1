import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { PoolConfig } from 'pg';
import { AppError } from '../app-error.ts';
import type { Logger } from '../logging/logger.ts';
import { prepareBinaries } from './binaries.ts';
import { createCluster, dataArgument, endOrphan, endProcess } from './cluster.ts';
import { ensureDataFolder, unusable } from './data-folder.ts';
import { ownConnection } from './own-connection.ts';
import { acquireOwnerLock, type OwnerLock } from './owner-lock.ts';
import { type Postmaster, startPostmaster } from './postmaster.ts';
import { chooseAccount } from './server-account.ts';
import { makeSocketDirectory } from './socket-directory.ts';

export interface EmbeddedPostgresOptions {
  /** The folder of this installation (`NETRA_DATA_DIR`); the cluster lives in `postgres/` below it. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Told in plain words what takes time, for a person who waits. */
  readonly onProgress?: (message: string) => void;
  /** `test` gives up durability for speed. Default `full`. */
  readonly durability?: 'full' | 'test';
  /** Gives the start up; what was started until then is ended before the rejection. */
  readonly signal?: AbortSignal;
}

export interface EmbeddedPostgres {
  readonly connection: PoolConfig;
  readonly pid: number;
  /** Where the rows are: the absolute path of the cluster. */
  readonly dataPath: string;
  /** Settles when PostgreSQL ends, whether by `stop()` (`expected`) or by itself. */
  readonly exited: Promise<{ expected: boolean }>;
  /** Fast shutdown: open transactions roll back, nothing acked is lost. Idempotent. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL of our own, on a Unix socket only. The first start makes the cluster (half a second), later ones
 * take 30 ms. One process at a time owns a data folder; a PostgreSQL that an earlier process left behind is ended.
 * Errors: `database_in_use`, `data_dir_unusable`, `embedded_postgres_missing`, `embedded_postgres_failed`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await ensureDataFolder(options.dataDir);
  const lock = await acquireOwnerLock(dataDir).catch((error: unknown) => {
    throw error instanceof AppError ? error : unusable(dataDir, error);
  });
  try {
    return await startOwned(dataDir, lock, options);
  } catch (error) {
    await lock.release();
    if (options.signal?.aborted === true || error instanceof AppError) throw error;
    throw unusable(dataDir, error);
  }
}

async function startOwned(
  dataDir: string,
  lock: OwnerLock,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { log, onProgress = () => undefined, durability = 'full', signal } = options;
  const clusterPath = path.join(dataDir, 'postgres');
  const account = chooseAccount(clusterPath);
  const binaries = prepareBinaries(dataDir, account);
  if (existsSync(clusterPath)) {
    await endOrphan(clusterPath, { log, onProgress });
  } else {
    onProgress('Setting up PostgreSQL for the first time');
    await createCluster(clusterPath, { initdb: binaries.initdb, account });
  }
  signal?.throwIfAborted();
  const socketDirectory = await makeSocketDirectory(dataDir, account);
  const connection = ownConnection({ host: socketDirectory, port: 5432 });
  onProgress('Starting PostgreSQL');
  const postmaster = await startPostmaster({
    binary: binaries.postgres,
    account,
    clusterPath,
    dataArgument: dataArgument(account, clusterPath),
    socketDirectory,
    logPath: path.join(dataDir, 'postgres.log'),
    durability,
    connection,
    onProgress,
    signal,
  });
  log.debug({ pid: postmaster.pid, dataPath: clusterPath }, 'embedded PostgreSQL is ready');
  return handle(postmaster, { connection, clusterPath, socketDirectory, lock, log });
}

interface HandleOptions {
  readonly connection: PoolConfig;
  readonly clusterPath: string;
  readonly socketDirectory: string;
  readonly lock: OwnerLock;
  readonly log: Logger;
}

function handle({ child, pid }: Postmaster, options: HandleOptions): EmbeddedPostgres {
  let stopped: Promise<void> | undefined;
  // Best effort for a process that exits without stopping; kill -9 is what `endOrphan` is for.
  const onProcessExit = (): void => void child.kill('SIGINT');
  process.once('exit', onProcessExit);
  const exited = hasEnded(child).then(() => {
    process.off('exit', onProcessExit);
    const expected = stopped !== undefined;
    if (!expected)
      options.log.error(
        { pid, exitCode: child.exitCode, signal: child.signalCode },
        'PostgreSQL ended by itself',
      );
    return { expected };
  });

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) await endProcess(pid);
    await exited;
    await rm(options.socketDirectory, { recursive: true, force: true });
    await options.lock.release();
  }

  return {
    connection: options.connection,
    pid,
    dataPath: options.clusterPath,
    exited,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function hasEnded(child: Postmaster['child']): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
