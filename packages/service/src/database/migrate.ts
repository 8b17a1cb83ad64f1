import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Pool, PoolClient } from 'pg';
import { AppError } from '../app-error.ts';
import type { Logger } from '../logging/logger.ts';

/** One SQL file. `name` orders it and names it for ever; `sql` may hold several statements. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export interface MigrateOptions {
  readonly pool: Pool;
  /** Made when it is missing; the same as the pool's. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
  readonly log: Logger;
}

/**
 * Brings one schema up to date; any number of processes may call it at once. Each migration is a transaction.
 * Errors: `migration_changed` (an applied file was edited or is gone), `migration_failed`.
 */
export async function migrate({
  pool,
  schema,
  migrations,
  log,
}: MigrateOptions): Promise<{ applied: string[] }> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1), hashtext($2))', ['netra.migrate', schema]);
    await client.query(`create schema if not exists "${schema}"`);
    await client.query(
      `create table if not exists "${schema}".schema_migrations (
         name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
    const pending = await pendingMigrations(client, { schema, migrations });
    for (const migration of pending) {
      await applyMigration(client, { schema, migration });
      log.info({ schema, migration: migration.name }, 'migration applied');
    }
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await unlock(client, schema);
  }
}

/** The `*.sql` files of a folder, in the order of their names. */
export async function readMigrations(directory: URL): Promise<Migration[]> {
  const base = new URL(directory.href.endsWith('/') ? directory.href : `${directory.href}/`);
  const names = (await readdir(base)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: name.slice(0, -'.sql'.length),
      sql: await readFile(new URL(name, base), 'utf8'),
    })),
  );
}

async function pendingMigrations(
  client: PoolClient,
  { schema, migrations }: { schema: string; migrations: readonly Migration[] },
): Promise<Migration[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `select name, checksum from "${schema}".schema_migrations`,
  );
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum === undefined || checksum === checksumOf(migration)) continue;
    throw new AppError(
      'migration_changed',
      `Migration ${migration.name} was edited after it was applied to schema ${schema}.`,
      {
        fix: 'Restore the file as it was released, and put the change into a new migration.',
      },
    );
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

async function applyMigration(
  client: PoolClient,
  { schema, migration }: { schema: string; migration: Migration },
): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query(`insert into "${schema}".schema_migrations (name, checksum) values ($1, $2)`, [
      migration.name,
      checksumOf(migration),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new AppError('migration_failed', `Migration ${migration.name} of schema ${schema} failed.`, {
      cause: error,
    });
  }
}

/** The lock belongs to the session: when it cannot be given back, the connection is thrown away, and the lock with it. */
async function unlock(client: PoolClient, schema: string): Promise<void> {
  try {
    await client.query('select pg_advisory_unlock(hashtext($1), hashtext($2))', ['netra.migrate', schema]);
    client.release();
  } catch {
    client.release(true);
  }
}

function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}
