import type { PoolConfig } from 'pg';
import { superuser } from './cluster.ts';

/**
 * How a server of our own is reached. What `pg` would otherwise take from `PGSSLMODE` and the like in somebody's
 * shell is said outright.
 */
export function ownConnection({ host, port }: { host: string; port: number }) {
  return {
    host,
    port,
    user: superuser,
    database: 'netra',
    ssl: false,
    options: '-c client_encoding=UTF8',
    replication: 'false',
    sslnegotiation: 'postgres',
  } as const satisfies PoolConfig & { replication: string };
}
