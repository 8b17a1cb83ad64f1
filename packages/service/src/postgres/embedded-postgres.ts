import type { PoolConfig } from 'pg';
import { AppError } from '../app-error.ts';
import type { Logger } from '../logging/logger.ts';

export interface EmbeddedPostgresOptions {
  /** The folder of this installation (`NETRA_DATA_DIR`); the cluster lives in `postgres/` below it. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Told in plain words what takes time, for a person who waits. */
  readonly onProgress?: (message: string) => void;
  /** `test` gives up durability for speed. Default `full`. */
  readonly durability?: 'full' | 'test';
}

export interface EmbeddedPostgres {
  readonly connection: PoolConfig;
  readonly pid: number;
  /** Where the rows are: the absolute path of the cluster. */
  readonly dataPath: string;
  /** Settles when PostgreSQL ends, whether by `stop()` (`expected`) or by itself. */
  readonly exited: Promise<{ expected: boolean }>;
  /** Fast shutdown: open transactions roll back, nothing acked is lost. Idempotent. */
  stop(): Promise<void>;
}

export async function startEmbeddedPostgres(_options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  throw new AppError('not_ready', 'startEmbeddedPostgres is being written');
}
