import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';

/** The tables are not those that this release was written for. */
export const migrationMissing: Rule = {
  rootCause: 'migration_missing',
  title: 'Migrations were not applied',
  codes: ['database_unavailable', 'internal_error', 'auth_unavailable'],
  alongside: HANDSHAKE_CODES,
  needs: 'The migrations that are missing, or an error of PostgreSQL about a table or column.',
  refutedBy: 'All migrations are applied.',
  prevention:
    'Run `netra migrate` in the deploy before the new release starts; a server whose tables are too old is not ready.',
  judge({ facts: { dependency, exception }, evidence: { database }, isOwnCode }) {
    const missing = database?.missing_migrations ?? [];
    const isSaid = /relation .* does not exist|column .* does not exist|42P01|42703/i.test(
      `${dependency?.error ?? ''} ${exception?.name ?? ''}`,
    );
    if (missing.length === 0 && !(isSaid && isOwnCode))
      return database?.missing_migrations === undefined ? unknown : ruledOut('All migrations are applied.');
    return cause({
      confidence: missing.length > 0 ? 0.95 : 0.82,
      reason:
        missing.length > 0
          ? 'The database says which migrations it has.'
          : 'PostgreSQL does not know a table or column; which migration would make it was not looked up.',
      whys: [
        why(
          'Why did the query fail?',
          'A table or a column that this release uses is not there.',
          ...seen('facts.dependency.error', dependency?.error),
        ),
        why(
          'Why is it not there?',
          missing.length > 0
            ? `${missing.length} migrations are missing: ${missing.slice(0, 3).join(', ')}.`
            : 'A migration is missing.',
          ...seen('database.missing_migrations', missing.length > 0 ? missing.join(', ') : undefined, 'none'),
        ),
        why(
          'Why was it not applied?',
          'The release was started without `netra migrate`, or with another database than the one that was migrated.',
        ),
      ],
      fix: { action: 'Apply the migrations; it is safe to repeat.', command: 'netra migrate' },
    });
  },
};
