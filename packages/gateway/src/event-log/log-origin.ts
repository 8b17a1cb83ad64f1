import { sql } from 'kysely';
import type { Database, DatabaseTransaction } from './database.ts';

export interface CheckedOrigin {
  /** Which history of which database the numbers are given in. */
  origin: string;
  /** Threads that have a new epoch now, because the log came from somewhere else. */
  renewedThreads: number;
}

/**
 * Compares where the log is with where it was. After a restore from a backup, or on a standby that took over, numbers that
 * a client has seen may be given a second time: then every thread gets a new epoch, and its readers a snapshot. Any number
 * of processes may ask at once; one of them does it.
 *
 * What it cannot see is an older copy of the very same files (a snapshot of a disk): `renewEpochs` is for that.
 */
export async function checkLogOrigin(database: Database): Promise<CheckedOrigin> {
  const origin = await readOrigin(database);
  return database.transaction().execute(async (transaction) => {
    await sql`INSERT INTO log_origin (origin) VALUES (${origin}) ON CONFLICT DO NOTHING`.execute(transaction);
    const { rows } = await sql<{ origin: string }>`SELECT origin FROM log_origin FOR UPDATE`.execute(
      transaction,
    );
    if (rows[0]?.origin === origin) return { origin, renewedThreads: 0 };
    const renewedThreads = await renewEpochs(transaction);
    await sql`UPDATE log_origin SET origin = ${origin}, changed_at = now()`.execute(transaction);
    return { origin, renewedThreads };
  });
}

/** Gives every thread a new epoch; resolves to how many there are. */
export async function renewEpochs(database: Database | DatabaseTransaction): Promise<number> {
  const result = await sql`
    UPDATE threads SET epoch = 'epo_' || replace(gen_random_uuid()::text, '-', '')`.execute(database);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * The cluster, its timeline (which a standby that takes over, and a recovery to a point in time, begin anew), the database
 * and the table: a dump that was restored has another one of these.
 */
async function readOrigin(database: Database): Promise<string> {
  const { rows } = await sql<{ timeline: string; database: string; threads: string }>`
    SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline,
      (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database,
      'threads'::regclass::oid::text AS threads`.execute(database);
  const [place] = rows;
  if (place === undefined) throw new Error('PostgreSQL did not say which database it is');
  return [await readCluster(database), place.timeline, place.database, place.threads].join('/');
}

async function readCluster(database: Database): Promise<string> {
  const { rows: allowed } = await sql<{ ok: boolean }>`
    SELECT has_function_privilege('pg_control_system()', 'execute') AS ok`.execute(database);
  // Some hosts of PostgreSQL keep it to themselves; the other three still tell most restores.
  if (allowed[0]?.ok !== true) return 'unknown';
  const { rows } = await sql<{ id: string }>`
    SELECT system_identifier::text AS id FROM pg_control_system()`.execute(database);
  return rows[0]?.id ?? 'unknown';
}
