import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg, { type PoolConfig } from 'pg';
import { AppError } from '../app-error.ts';
import { ownConnection } from './own-connection.ts';
import { findOwner } from './owner-lock.ts';

/** A server that has just been started may still recover what the last run left. */
const readyTimeoutMs = 30_000;

/**
 * The embedded PostgreSQL of another process that is running on this data folder, for commands beside a server: its
 * connection, or `undefined` where nobody owns the folder. Nothing is started, and nothing is to be stopped.
 * Errors: `database_unavailable` when the owner's PostgreSQL does not answer.
 */
export async function attachEmbeddedPostgres(dataDir: string): Promise<PoolConfig | undefined> {
  const folder = await realpath(dataDir).catch(() => undefined);
  if (folder === undefined) return undefined;
  const givesUpAt = Date.now() + readyTimeoutMs;
  for (;;) {
    const owner = await findOwner(folder);
    if (owner === undefined) return undefined;
    const connection = await readConnection(folder);
    if (connection !== undefined && (await answers(connection))) return connection;
    if (Date.now() > givesUpAt) throw silent(folder, owner.pid);
    await wait(50);
  }
}

/** PostgreSQL writes where it listens into its pid file: port in line 4, folder of the socket in line 5. */
async function readConnection(folder: string): Promise<PoolConfig | undefined> {
  const text = await readFile(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const [, , , port = '', host = ''] = text.split('\n');
  if (!host.startsWith('/') || !/^\d+$/.test(port)) return undefined;
  return ownConnection({ host, port: Number(port) });
}

async function answers(connection: PoolConfig): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined); // The query below rejects with the same news.
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false; // Starting, or ending: the caller looks again.
  } finally {
    await client.end().catch(() => undefined);
  }
}

function silent(folder: string, pid: number): AppError {
  return new AppError(
    'database_unavailable',
    `The PostgreSQL of the Netra that is using ${folder} (process ${pid}) does not answer.`,
    { fix: `Stop that one (kill ${pid}) and try again, or read ${path.join(folder, 'postgres.log')}` },
  );
}
