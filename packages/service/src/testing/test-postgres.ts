import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '../logging/logger.ts';
import { endOrphan } from '../postgres/cluster.ts';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.ts';
import { identifyProcess } from '../postgres/process-identity.ts';

/** Plain data: it crosses from Vitest's main process to its workers. */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

const prefix = 'netra-test-';
const log = createLogger({ level: 'silent' });

/** One PostgreSQL for a whole test run, in a temporary folder; what killed runs left behind goes first. */
export async function startTestPostgres(): Promise<{ connection: TestPostgres; stop(): Promise<void> }> {
  await sweepAbandoned();
  const dataDir = await mkdtemp(path.join(tmpdir(), prefix));
  const postgres = await startEmbeddedPostgres({ dataDir, log, durability: 'test' });
  const { host = '', port = 5432, user = '', database = '' } = postgres.connection;
  return {
    connection: { host, port, user, database },
    async stop() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function sweepAbandoned(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => sweepOne(path.join(tmpdir(), name))));
}

async function sweepOne(dataDir: string): Promise<void> {
  try {
    // A folder without a lock belongs to a run that is starting or ending right now.
    const { pid, identity } = JSON.parse(await readFile(path.join(dataDir, 'netra.lock'), 'utf8')) as {
      pid: number;
      identity: string;
    }; // our own file
    if ((await identifyProcess(pid)) === identity) return;
    await endOrphan(path.join(dataDir, 'postgres'), { log, onProgress: () => undefined });
    await rm(dataDir, { recursive: true, force: true });
  } catch {
    // Another user's folder, or another run sweeps the same one: not ours to insist on.
  }
}
