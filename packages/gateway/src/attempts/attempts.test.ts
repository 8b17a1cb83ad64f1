import { newId, refusal } from '@netra/protocol';
import { createLogger, createPool, migrate } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayMigrations } from '../migrations.ts';
import { beginAttempt } from './attempt.ts';
import { createAttempts } from './attempts.ts';

const log = createLogger({ level: 'silent' });
let pool: Pool;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  drop = () => database.drop();
  pool = createPool(database.connection, { schema: 'netra' });
  await migrate({ pool, schema: 'netra', migrations: await gatewayMigrations(), log });
});
afterAll(async () => {
  await pool.end();
  await drop();
});

const refusedAttempt = (userId: string) => {
  const attempt = beginAttempt({ now: Date.now });
  attempt.note({ userId });
  return attempt.finish(refusal('user_inactive'));
};

test('a flood of refusals writes at most 20 a second, and the latest stay in memory', async () => {
  const attempts = createAttempts({ pool, now: Date.now, log });
  const flood = Array.from({ length: 500 }, () => refusedAttempt('flood'));
  for (const attempt of flood) attempts.record(attempt);
  expect(await attempts.find(flood[499]?.attempt_id ?? '')).toMatchObject({ code: 'user_inactive' });
  await attempts.stop();
  const { rows } = await pool.query("SELECT count(*)::int AS count FROM attempts WHERE user_id = 'flood'");
  expect(rows[0].count).toBe(20);
});

test('a refusal on one node is found from another', async () => {
  const [here, there] = [
    createAttempts({ pool, now: Date.now, log }),
    createAttempts({ pool, now: Date.now, log }),
  ];
  const attempt = refusedAttempt('elsewhere');
  here.record(attempt);
  await here.stop();
  expect(await there.find(attempt.attempt_id)).toEqual(attempt);
  expect(await there.recent({ userId: 'elsewhere', limit: 5 })).toEqual([attempt]);
  expect(await there.recent({ userId: newId('ref'), limit: 5 })).toEqual([]);
  await there.stop();
});

test('refusals older than a week are swept', async () => {
  const old = createAttempts({ pool, now: Date.now, log });
  const attempt = refusedAttempt('old');
  old.record(attempt);
  await old.stop();
  const later = createAttempts({ pool, now: () => Date.now() + 8 * 24 * 60 * 60_000, log });
  await later.stop();
  expect(await later.find(attempt.attempt_id)).toBeUndefined();
});
