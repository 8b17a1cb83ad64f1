import type { PoolConfig } from 'pg';
import pg from 'pg';

export interface PoolOptions {
  /** Becomes the `search_path` of every connection. */
  readonly schema: string;
  /** Default 10. Each idle connection costs PostgreSQL 1-2 MB. */
  readonly maxConnections?: number;
  /** Told of connections that broke (a restarted server, 57P01); the pool replaces them by itself. */
  readonly onConnectionError?: (error: Error) => void;
}

/**
 * A pool bound to one schema. It shrinks when idle, and a connection that breaks, idle or checked out, never
 * throws out of an event: pg emits 57P01 and then a second error on the same client.
 */
export function createPool(connection: PoolConfig, options: PoolOptions): pg.Pool {
  const { schema, maxConnections = 10, onConnectionError } = options;
  if (!/^[a-z_][a-z0-9_]*$/.test(schema)) throw new TypeError('schema must be a plain lower-case identifier');
  const pool = new pg.Pool({
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 10_000,
    ...connection,
    max: maxConnections,
    options: `-c search_path=${schema}`,
  });
  const report = (error: Error): void => onConnectionError?.(error);
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));
  return pool;
}
