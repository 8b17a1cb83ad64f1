import { createLogger, createPool } from '@netra/service';
import { createTestDatabase, type TestDatabase } from '@netra/service/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { createWakeUps } from './wake-ups.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.connection, { schema: 'auth' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('wakes on each channel, and again after its connection was lost, in case something was missed', async () => {
  const woken = { netra_revocations: 0, netra_signing_keys: 0 };
  const wakeUps = createWakeUps({
    pool,
    log: createLogger({ level: 'silent' }),
    on: {
      netra_revocations: () => {
        woken.netra_revocations += 1;
      },
      netra_signing_keys: () => {
        woken.netra_signing_keys += 1;
      },
    },
  });
  await wakeUps.start();
  expect(woken).toEqual({ netra_revocations: 1, netra_signing_keys: 1 });
  await pool.query('notify netra_revocations');
  await eventually(() => woken.netra_revocations === 2);
  await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen %'`);
  await eventually(() => woken.netra_signing_keys === 2);
  await pool.query('notify netra_signing_keys');
  await eventually(() => woken.netra_signing_keys === 3);
  await wakeUps.stop();
  const { rows } = await pool.query(
    `select 1 from pg_stat_activity where datname = current_database() and query like 'listen %' and state = 'idle'`,
  );
  expect(rows).toEqual([]);
});
