import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** All connections to the database are taken, and queries wait. */
export const databasePoolExhausted: Rule = {
  rootCause: 'database_pool_exhausted',
  title: 'All database connections are taken',
  codes: ['database_unavailable', 'handshake_deadline', 'internal_error', 'overloaded', 'auth_unavailable'],
  alongside: ['client_gone', 'auth_unavailable'],
  needs: 'The state of the pool.',
  refutedBy: 'The pool has free connections, or PostgreSQL does not answer at all.',
  prevention:
    'Give the pool a size that PostgreSQL can bear, keep transactions short, and alert on waiting queries.',
  judge({ facts: { dependency }, evidence: { database } }) {
    const isSaid =
      /too many (clients|connections)|remaining connection slots|pool.*(timeout|exhausted)|timeout exceeded when trying to connect|53300/i.test(
        dependency?.error ?? database?.error ?? '',
      );
    const pool = database?.pool;
    if (pool === undefined && !isSaid) return unknown;
    const isFull = pool !== undefined && pool.used >= pool.max && pool.waiting > 0;
    if (!isFull && !isSaid) return ruledOut(`The pool uses ${pool?.used} of ${pool?.max} connections.`);
    if (database?.reachable === false && !isSaid) return ruledOut('PostgreSQL does not answer at all.');
    return cause({
      confidence: isFull && isSaid ? 0.97 : isSaid ? 0.92 : 0.9,
      reason: isSaid ? 'The error says that no connection was free.' : 'The pool is full and queries wait.',
      whys: [
        why(
          'Why was it refused?',
          'A query got no connection in time.',
          ...seen('error', dependency?.error ?? database?.error),
        ),
        why(
          'Why was none free?',
          pool === undefined
            ? 'All are taken.'
            : `All ${pool.max} are taken, and ${pool.waiting} queries wait.`,
          ...seen('database.pool.used', pool?.used, pool && `below ${pool.max}`),
          ...seen('database.pool.waiting', pool?.waiting, 0),
        ),
        why(
          'Why are they taken for so long?',
          'A transaction was left open, a query is slow, or more instances share PostgreSQL than it has connections for.',
        ),
      ],
      fix: {
        action: 'Find what holds them, end it, and size pool and `max_connections` together.',
        command:
          'psql "$DATABASE_URL" -c "select state, count(*), max(now() - state_change) from pg_stat_activity group by 1"',
      },
    });
  },
};
