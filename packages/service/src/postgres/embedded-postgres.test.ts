import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PoolConfig } from 'pg';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { attachEmbeddedPostgres } from './attach-embedded-postgres.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { identifyProcess } from './process-identity.ts';

const log = createLogger({ level: 'silent' });
const isRoot = process.getuid?.() === 0;
let folder: string;
let dataDir: string;
const started: EmbeddedPostgres[] = [];

// One cluster for all, as in life: the first test makes it, the others find it.
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netra-embedded-'));
  await chmod(folder, 0o755);
  dataDir = path.join(folder, 'data');
});
afterEach(() => Promise.all(started.splice(0).map((postgres) => postgres.stop())));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(messages: string[] = [], place = dataDir): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    dataDir: place,
    log,
    onProgress: (message) => messages.push(message),
  });
  started.push(postgres);
  return postgres;
}

async function query(connection: PoolConfig, sql: string): Promise<unknown[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const writeRow = ({ connection }: Pick<EmbeddedPostgres, 'connection'>) =>
  query(connection, 'drop table if exists kept; create table kept as select 1 as id');
const countRows = ({ connection }: EmbeddedPostgres) =>
  query(connection, 'select count(*)::int as rows from kept');

/** Another process that owns the data folder, as `netra up` would. */
async function startOwner(
  place = dataDir,
): Promise<{ pid: number; kill(): Promise<void>; connection: PoolConfig }> {
  const script = fileURLToPath(new URL('../testing/run-embedded.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=netra-source', '--import', 'tsx', script, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const { pid, connection } = JSON.parse(line) as { pid: number; connection: PoolConfig }; // the script wrote it
    return {
      pid,
      connection,
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }
  throw new Error('the owner ended before it was ready');
}

test('starts from nothing or from an interrupted set-up, keeps the rows over a clean stop, and leaves nothing running', async () => {
  await mkdir(path.join(dataDir, 'postgres.new-interrupted'), { recursive: true });
  const messages: string[] = [];
  const first = await start(messages);
  expect((await readdir(dataDir)).filter((name) => name.includes('.new-'))).toEqual([]);
  expect(messages).toEqual(['Setting up PostgreSQL for the first time', 'Starting PostgreSQL']);
  expect(first.dataPath).toBe(path.join(dataDir, 'postgres'));
  expect(await readFile(path.join(first.dataPath, 'PG_VERSION'), 'utf8')).toBe('18\n');
  expect(await query(first.connection, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect(await query(first.connection, 'show fsync')).toEqual([{ fsync: 'on' }]);
  await writeRow(first);
  const client = new pg.Client(first.connection);
  client.on('error', () => undefined);
  await client.connect();
  await Promise.all([first.stop(), first.stop()]);
  expect(await first.exited).toEqual({ expected: true });
  expect(await identifyProcess(first.pid)).toBeUndefined();
  await expect(stat(String(first.connection.host))).rejects.toThrow('ENOENT');
  expect((await readdir(dataDir)).filter((name) => name.includes('lock'))).toEqual([]);

  const second = await start();
  expect(await countRows(second)).toEqual([{ rows: 1 }]);
});

test('only its own user gets to the socket and to the rows', async () => {
  const { connection, dataPath } = await start();
  const owner = isRoot ? 65_534 : process.getuid?.();
  for (const place of [String(connection.host), dataPath]) {
    const { mode, uid } = await stat(place);
    expect({ uid, mode: mode & 0o777 }).toEqual({ uid: owner, mode: 0o700 });
  }
  expect(Buffer.byteLength(String(connection.host))).toBeLessThanOrEqual(93);
});

test('reopens after kill -9 of PostgreSQL itself', async () => {
  const first = await start();
  await writeRow(first);
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ expected: false });
  await first.stop();
  expect(await countRows(await start())).toEqual([{ rows: 1 }]);
});

test('ends the PostgreSQL that a killed process left behind, and finds what was committed', async () => {
  const owner = await startOwner();
  await writeRow(owner);
  await expect(start()).rejects.toMatchObject({
    code: 'database_in_use',
    fix: expect.stringContaining('NETRA_DATA_DIR='),
  });
  await owner.kill();
  expect(await identifyProcess(owner.pid)).toBeDefined();
  const messages: string[] = [];
  const postgres = await start(messages);
  expect(messages).toContain('Ending the PostgreSQL that an earlier run left behind');
  expect(await identifyProcess(owner.pid)).toBeUndefined();
  expect(await countRows(postgres)).toEqual([{ rows: 1 }]);
});

test('refuses a second owner in the same process, and leaves the first one alone', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({ code: 'database_in_use' });
  expect(await query(first.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('of several that start at the same time exactly one wins', async () => {
  const results = await Promise.allSettled([1, 2, 3].map(() => start()));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('takes over a lock and a pid file whose numbers belong to other programs by now', async () => {
  await (await start()).stop();
  await writeFile(
    path.join(dataDir, 'netra.lock'),
    JSON.stringify({ pid: process.ppid, identity: 'long ago' }),
  );
  await writeFile(path.join(dataDir, 'postgres', 'postmaster.pid'), `${process.ppid}\n${dataDir}\n`);
  expect(await query((await start()).connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('says what is wrong with a data folder that cannot be used', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(start([], file)).rejects.toMatchObject({
    code: 'data_dir_unusable',
    fix: expect.stringContaining('NETRA_DATA_DIR'),
  });
});

test.runIf(isRoot)(
  'as root it works below a folder that only root may enter, with the data where asked for',
  async () => {
    const place = path.join(folder, 'locked', 'data');
    await mkdir(path.dirname(place), { mode: 0o700 });
    const first = await start([], place);
    expect(first.dataPath).toBe(path.join(place, 'postgres'));
    expect(await query(first.connection, 'show data_directory')).toEqual([
      { data_directory: '/proc/self/cwd' },
    ]);
    await writeRow(first);
    await query(first.connection, 'select pg_reload_conf()');
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    const owner = await startOwner(place);
    await owner.kill();
    expect(await countRows(await start([], place))).toEqual([{ rows: 1 }]);
  },
);

test('a command beside a running server uses its PostgreSQL, and nobody’s where none runs', async () => {
  expect(await attachEmbeddedPostgres(path.join(folder, 'nothing-here'))).toBeUndefined();
  const owner = await startOwner();
  const connection = await attachEmbeddedPostgres(dataDir);
  expect(connection).toEqual(owner.connection);
  expect(await query(connection ?? {}, 'select 1 as one')).toEqual([{ one: 1 }]);
  await owner.kill();
  expect(await attachEmbeddedPostgres(dataDir)).toBeUndefined();
});

test.each([
  ['PGSSLMODE', 'require'],
  ['PGOPTIONS', '-c foo=bar'],
  ['PGSSLNEGOTIATION', 'direct'],
  ['PGREPLICATION', 'x'],
])('%s of the shell does not reach a server of our own', async (name, value) => {
  process.env[name] = value;
  try {
    const postgres = await start();
    expect(await query(postgres.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    delete process.env[name];
  }
});

test('a start that is given up leaves no server and no lock behind', async () => {
  const interrupt = new AbortController();
  const starting = startEmbeddedPostgres({
    dataDir,
    log,
    onProgress: (message) => {
      if (message === 'Starting PostgreSQL') interrupt.abort();
    },
    signal: interrupt.signal,
  });
  await expect(starting).rejects.toThrow();
  const again = await start();
  expect(await query(again.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});
