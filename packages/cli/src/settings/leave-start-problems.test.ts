import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayMigrations } from '@netra/gateway';
import { type ConfigRole, createLogger, createPool, migrate } from '@netra/service';
import { createTestDatabase, type TestDatabase } from '@netra/service/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaveStartProblems } from './leave-start-problems.ts';

const problem = (setting: string) => ({
  setting,
  code: 'missing' as const,
  message: `${setting} is not set.`,
  fix: `Set ${setting}.`,
});

let database: TestDatabase;
let pool: Pool;
let folder: string;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.connection, { schema: 'netra' });
  const log = createLogger({ level: 'silent' });
  await migrate({ pool, schema: 'netra', migrations: await gatewayMigrations(), log });
  const { host = '', port, user, database: name } = database.connection;
  url = `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
  folder = await mkdtemp(join(tmpdir(), 'netra-start-'));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function left(): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT service || ' ' || setting AS line FROM start_problems ORDER BY line`,
  );
  return rows.map(({ line }) => line);
}

const leave = (
  role: ConfigRole,
  settings: readonly string[],
  env: Record<string, string> = { DATABASE_URL: url },
) => leaveStartProblems(env, { role, problems: settings.map(problem) });

test('leaves what keeps a service from starting, those of now only, until it starts', async () => {
  // What else is wrong with the environment does not matter: that is what is left.
  const env = { DATABASE_URL: url, ENVIRONMENT: 'nonsense', PORT: 'x' };
  await leave('auth', ['SERVICE_SECRET', 'AUTH_ENCRYPTION_KEY'], env);
  await leave('gateway', ['SERVICE_SECRET']);
  expect(await left()).toEqual(['auth AUTH_ENCRYPTION_KEY', 'auth SERVICE_SECRET', 'gateway SERVICE_SECRET']);
  await leave('auth', ['SERVICE_SECRET']);
  expect(await left()).toEqual(['auth SERVICE_SECRET', 'gateway SERVICE_SECRET']);
  await leave('gateway', []);
  expect(await left()).toEqual(['auth SERVICE_SECRET']);
});

test('is settled where everything starts in one process', async () => {
  await leave('auth', ['SERVICE_SECRET']);
  await leave('up', []);
  expect(await left()).toEqual([]);
});

test('finds the database by a file', async () => {
  const file = join(folder, 'url');
  await writeFile(file, `${url}\n`);
  await leave('auth', ['SERVICE_SECRET'], { DATABASE_URL_FILE: file });
  expect(await left()).toEqual(['auth SERVICE_SECRET']);
});

test.each([
  ['no database', {}],
  ['one that is away', { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' }],
  ['an address that is none', { DATABASE_URL: 'postgres' }],
])('says nothing with %s', async (_what, env) => {
  await expect(leave('auth', ['SERVICE_SECRET'], env)).resolves.toBeUndefined();
});
