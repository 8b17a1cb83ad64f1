import { randomBytes } from 'node:crypto';
import type { PoolConfig } from 'pg';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestPostgres } from './test-postgres.ts';

export type { TestPostgres } from './test-postgres.ts';
export { startTestPostgres } from './test-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    netraPostgres: TestPostgres;
  }
}

export interface TestDatabase {
  readonly connection: PoolConfig;
  /** Also throws out who is still connected. */
  drop(): Promise<void>;
}

/** A fresh, empty database in the PostgreSQL that `tests/kit/global-setup.ts` started for this run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('netraPostgres');
  const database = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${database}`);
  return {
    connection: { ...server, database },
    drop: () => administer(server, `drop database if exists ${database} with (force)`),
  };
}

async function administer(server: TestPostgres, sql: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
