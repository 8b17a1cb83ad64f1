import type { PoolConfig } from 'pg';

export interface TestDatabase {
  readonly connection: PoolConfig;
  drop(): Promise<void>;
}

/** A fresh, empty database in the PostgreSQL that this test run started. */
export async function createTestDatabase(): Promise<TestDatabase> {
  throw new Error('createTestDatabase is being written');
}
