import { createLogger, createPool, migrate } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';
import { expect, test } from 'vitest';
import { authMigrations } from '../migrations.ts';

test('of the keys of an older installation the newest goes on signing, and the others stay published', async () => {
  const database = await createTestDatabase();
  const pool = createPool(database.connection, { schema: 'auth' });
  const log = createLogger({ level: 'silent' });
  const all = await authMigrations();
  const older = all.filter(({ name }) => name < '010');
  await migrate({ pool, schema: 'auth', migrations: older, log });
  await pool.query(
    `insert into signing_keys (kid, public_jwk, sealed_private_jwk, created_at) values
       ('old', '{}', '', now() - interval '1 day'), ('new', '{}', '', now())`,
  );
  await migrate({ pool, schema: 'auth', migrations: all, log });
  const { rows } = await pool.query('select kid, state from signing_keys order by kid');
  expect(rows).toEqual([
    { kid: 'new', state: 'active' },
    { kid: 'old', state: 'retiring' },
  ]);
  await pool.end();
  await database.drop();
});
