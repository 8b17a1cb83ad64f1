import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';

/** The database is out of reach. */
export const databaseDown: Rule = {
  rootCause: 'database_down',
  title: 'PostgreSQL is out of reach',
  codes: ['database_unavailable'],
  alongside: HANDSHAKE_CODES.filter((code) => code !== 'database_unavailable'),
  needs: 'The code, or a look at the database.',
  refutedBy: 'Another dependency failed, or the database answers and its pool or its tables are the trouble.',
  prevention: 'Alert on `database` of `/health/ready`; run PostgreSQL with a standby.',
  judge({ facts: { dependency }, evidence: { database }, isOwnCode }) {
    if (!isOwnCode && database?.reachable !== false) return unknown;
    if (isOwnCode && dependency !== undefined && dependency.name !== 'database')
      return ruledOut(`What failed was ${dependency.name}.`);
    if (isOwnCode && database?.reachable) {
      if ((database.missing_migrations?.length ?? 0) > 0)
        return ruledOut('PostgreSQL answers; its tables are not those of this release.');
      if (isFull(database.pool)) return ruledOut('PostgreSQL answers; the pool is full.');
    }
    const isDown = database?.reachable === false;
    const isBack = database?.reachable === true;
    return cause({
      confidence: isDown ? 0.97 : isBack ? 0.6 : dependency === undefined ? 0.75 : 0.9,
      reason: isDown
        ? 'PostgreSQL does not answer now.'
        : isBack
          ? 'PostgreSQL answers again.'
          : 'A query failed; nobody looked at PostgreSQL itself.',
      whys: [
        why(
          'Why was it refused?',
          'What the request needed could not be read or stored.',
          ...seen('facts.dependency.name', dependency?.name),
        ),
        why(
          'Why not?',
          isBack ? 'PostgreSQL did not answer then; it does now.' : 'PostgreSQL did not answer.',
          ...seen('facts.dependency.error', dependency?.error),
          ...seen('database.reachable', database?.reachable, true),
          ...seen('database.error', database?.error),
        ),
      ],
      fix: {
        action:
          'See that PostgreSQL runs and that DATABASE_URL leads to it; look at its connections and disk.',
        command: 'psql "$DATABASE_URL" -c "select 1"',
      },
    });
  },
};

function isFull(
  pool: { readonly max: number; readonly used: number; readonly waiting: number } | undefined,
): boolean {
  return pool !== undefined && pool.used >= pool.max && pool.waiting > 0;
}
