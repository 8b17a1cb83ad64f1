import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createPool } from './pool.ts';

const log = createLogger({ level: 'silent' });
const migrations = [
  { name: '0001_things', sql: 'create table things (id int primary key); insert into things values (1);' },
  { name: '0002_names', sql: 'alter table things add column name text' },
];
let database: TestDatabase;
let pool: ReturnType<typeof createPool>;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool(database.connection, { schema: 'app', maxConnections: 4 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

test('applies each migration once, in order, into its schema', async () => {
  expect(await migrate({ pool, schema: 'app', migrations, log })).toEqual({
    applied: ['0001_things', '0002_names'],
  });
  expect(await migrate({ pool, schema: 'app', migrations, log })).toEqual({ applied: [] });
  expect((await pool.query('select id, name from app.things')).rows).toEqual([{ id: 1, name: null }]);
});

test('lets several processes migrate at the same time', async () => {
  const results = await Promise.all([1, 2, 3].map(() => migrate({ pool, schema: 'app', migrations, log })));
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['0001_things', '0002_names']);
});

test('refuses a migration that was edited after it was applied', async () => {
  await migrate({ pool, schema: 'app', migrations, log });
  const edited = [{ name: '0001_things', sql: 'create table others (id int)' }];
  await expect(migrate({ pool, schema: 'app', migrations: edited, log })).rejects.toMatchObject({
    code: 'migration_changed',
  });
});

test('undoes a migration that fails half-way and gives the lock back', async () => {
  const broken = [{ name: '0001_broken', sql: 'create table half (id int); select 1/0;' }];
  await expect(migrate({ pool, schema: 'app', migrations: broken, log })).rejects.toMatchObject({
    code: 'migration_failed',
  });
  expect((await pool.query("select to_regclass('app.half') as half")).rows).toEqual([{ half: null }]);
  expect((await migrate({ pool, schema: 'app', migrations, log })).applied).toHaveLength(2);
});

test('reads the SQL files of a folder by name', async () => {
  expect(await readMigrations(new URL('./test-migrations', import.meta.url))).toEqual([
    { name: '0001_first', sql: 'select 1;\n' },
    { name: '0002_second', sql: 'select 2;\n' },
  ]);
});

test('a pool survives the loss of its idle and its busy connections', async () => {
  const broken: string[] = [];
  const fragile = createPool(database.connection, {
    schema: 'public',
    onConnectionError: (error) => broken.push(error.message),
  });
  const [busy, idle] = await Promise.all([fragile.connect(), fragile.connect()]);
  idle.release();
  await pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await expect(busy.query('select 1')).rejects.toThrow();
  busy.release(true);
  // Nothing was asked of the idle one: its end arrives as an event, and the pool lets it go.
  await expect.poll(() => fragile.idleCount).toBe(0);
  expect(broken.length).toBeGreaterThan(0);
  expect((await fragile.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await fragile.end();
});
