import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createPool, type EmbeddedPostgres, startEmbeddedPostgres } from '@netra/service';
import type { Environment } from '../../environment.ts';
import type { StartStack } from '../drill.ts';
import type { DrillStack } from './drill-stack.ts';
import { createDrillStack, type StackOptions } from './start-stack.ts';

/** Where drills happen: a temporary folder with a PostgreSQL of its own, and the stacks that run on it. */
export interface Lab {
  /** A new stack on a new database. */
  start(options?: StackOptions): Promise<DrillStack>;
  /** The stack that this function starts, which others may share. */
  stackOf(start: StartStack): Promise<DrillStack>;
  /** Ends that stack, if it runs. */
  dispose(start: StartStack): Promise<void>;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

/** `env`: what a process needs to run at all is taken from it, and nothing else. */
export async function openLab(env: Environment): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'netra-drill-'));
  const log = createLogger({ level: 'silent' });
  let postgres: EmbeddedPostgres;
  try {
    postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'database'), log, durability: 'test' });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const admin = createPool(postgres.connection, { schema: 'public', maxConnections: 2 });
  const stacks = new Map<StartStack, Promise<DrillStack>>();
  let count = 0;

  const lab: Lab = {
    async start(options = {}) {
      count += 1;
      const database = `drill_${count}`;
      await admin.query(`create database ${database}`);
      const dataDir = join(folder, database);
      await mkdir(dataDir);
      const connection = { ...postgres.connection, database };
      return createDrillStack({ dataDir, connection, env }, options);
    },
    stackOf(start) {
      const running = stacks.get(start) ?? start(lab);
      stacks.set(start, running);
      return running;
    },
    async dispose(start) {
      const running = await stacks.get(start)?.catch(() => undefined);
      stacks.delete(start);
      await running?.stop();
    },
    async close() {
      await Promise.all([...stacks.keys()].map((start) => lab.dispose(start)));
      await admin.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return lab;
}
