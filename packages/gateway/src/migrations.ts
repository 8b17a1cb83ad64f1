import { type Migration, readMigrations } from '@netra/service';
import type { Pool } from 'pg';

/** The gateway's SQL migrations, for PostgreSQL schema `netra`. */
export function gatewayMigrations(): Promise<Migration[]> {
  return readMigrations(new URL('../migrations/', import.meta.url));
}

/** The names of those that this release needs and the database does not have. */
export async function missingMigrations(
  pool: Pick<Pool, 'query'>,
  migrations: readonly Migration[],
): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM schema_migrations');
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
}
