import {
  AppError,
  attachEmbeddedPostgres,
  createPool,
  type EmbeddedPostgres,
  type Migration,
  migrate,
  startEmbeddedPostgres,
} from '@netra/service';
import type { Startup } from './startup.ts';

export type Pool = ReturnType<typeof createPool>;

export interface Database {
  readonly connection: EmbeddedPostgres['connection'];
  /** Where the data is, for people: a folder, or a server without its credentials. */
  readonly place: string;
}

/** The configured PostgreSQL, or the embedded one. It stops after everything that was started later. */
export async function openDatabase({
  config,
  stepLog,
  lifecycle,
  progress,
  fail,
}: Omit<Startup, 'log'>): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    return {
      connection: { connectionString: config.databaseUrl },
      place: describeServer(config.databaseUrl),
    };
  }
  const interrupt = new AbortController();
  const starting = startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: stepLog,
    onProgress: progress,
    signal: interrupt.signal,
  });
  // Before it is ready, too: a recovery can take long, and whoever stops then wants no server left behind.
  lifecycle.add('postgresql', async () => {
    interrupt.abort();
    const started = await starting.catch(() => undefined);
    await started?.stop();
  });
  const postgres = await starting;
  void postgres.exited.then(({ expected }) => {
    if (expected || lifecycle.stopping) return;
    fail('The embedded PostgreSQL ended by itself.');
  });
  return { connection: postgres.connection, place: config.dataDir };
}

/**
 * The same for a command beside a server: the embedded PostgreSQL of a running `netra up` is used as it runs, and one of
 * our own is started only where none does.
 */
export async function reachDatabase(startup: Omit<Startup, 'log'>): Promise<Database> {
  const { databaseUrl, dataDir } = startup.config;
  if (databaseUrl !== undefined) return openDatabase(startup);
  const running = await attachEmbeddedPostgres(dataDir);
  if (running !== undefined) return { connection: running, place: dataDir };
  try {
    return await openDatabase(startup);
  } catch (error) {
    // A server that was started between the two looks.
    const isTaken = error instanceof AppError && error.code === 'database_in_use';
    const taken = isTaken ? await attachEmbeddedPostgres(dataDir) : undefined;
    if (taken === undefined) throw error;
    return { connection: taken, place: dataDir };
  }
}

export interface SchemaOptions {
  readonly schema: 'auth' | 'netra';
  readonly migrations: readonly Migration[];
  /** Default 10. */
  readonly maxConnections?: number;
}

/** A pool bound to one schema that is up to date. */
export async function openSchema(
  { stepLog, lifecycle }: Pick<Startup, 'stepLog' | 'lifecycle'>,
  database: Database,
  { schema, migrations, maxConnections = 10 }: SchemaOptions,
): Promise<{ pool: Pool; applied: string[] }> {
  const pool = createPool(database.connection, {
    schema,
    maxConnections,
    onConnectionError: (error) => {
      if (!lifecycle.stopping) stepLog.warn({ err: error, schema }, 'a database connection broke');
    },
  });
  lifecycle.add(`pool ${schema}`, () => pool.end());
  try {
    const { applied } = await migrate({ pool, schema, migrations, log: stepLog });
    return { pool, applied };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('database_unavailable', `PostgreSQL does not answer (${database.place}).`, {
      fix: 'Check DATABASE_URL and that the server runs; without DATABASE_URL Netra brings its own PostgreSQL.',
      cause: error,
    });
  }
}

function describeServer(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `PostgreSQL ${host || 'on this machine'}${pathname}`;
}
