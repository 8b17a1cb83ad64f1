import type { Logger } from '@netra/service';
import pg from 'pg';

/**
 * Connections for the identity library alone. It runs sign-ups in transactions, and our hooks within them ask the
 * database too: from one pool, as many sign-ups at once as it has connections would all wait for one more.
 */
export function createIdentityPool(pool: pg.Pool, log: Logger): pg.Pool {
  // The pool hides its password from enumeration.
  const { password } = pool.options;
  const own = new pg.Pool({ ...pool.options, ...(password === undefined ? {} : { password }) });
  const report = (error: Error) => log.warn({ err: error }, 'a connection of the identity library broke');
  own.on('error', report);
  own.on('connect', (client) => client.on('error', report));
  return own;
}
