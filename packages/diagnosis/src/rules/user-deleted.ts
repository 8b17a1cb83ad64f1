import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The token is good, but its user is no longer in the store. */
export const userDeleted: Rule = {
  rootCause: 'user_deleted',
  title: 'The user is no longer there',
  codes: ['user_unknown'],
  needs: 'What the user directory says; when the account was deleted makes it certain.',
  refutedBy:
    'The directory knows the user, another store does, or it is a user of end-to-end tests that was never made.',
  prevention: 'End the sessions of an account before it is deleted: then its tokens end with it.',
  judge({ attempt, facts: { user }, evidence: { user: known } }) {
    if (user?.exists === true || known?.exists === true)
      return ruledOut('The user directory knows the user.');
    if (known?.found_in !== undefined) return ruledOut(`The user is there, in ${known.found_in}.`);
    const isE2e = known?.is_e2e_id ?? attempt.user_id?.includes('e2e-user') ?? false;
    if (isE2e && known?.deleted_at === undefined)
      return ruledOut('It is a user of end-to-end tests, of whom no deletion is on record.');
    if (user === undefined && known === undefined) return unknown;
    const deletedAt = known?.deleted_at;
    return cause({
      confidence: deletedAt !== undefined ? 0.97 : 0.7,
      reason:
        deletedAt !== undefined
          ? 'The deletion is on record.'
          : 'The store has no such user; that there was one shows only in the token.',
      whys: [
        why(
          'Why was it refused?',
          `The user directory has no such user${known?.store === undefined ? '' : ` in ${known.store}`}.`,
          ...seen('user_id', attempt.user_id),
          ...seen('user.exists', user?.exists ?? known?.exists, true),
        ),
        why(
          'Why not?',
          deletedAt === undefined
            ? 'The account was deleted, or the database was replaced after the token was issued.'
            : `The account was deleted at ${deletedAt}.`,
          ...seen('user.deleted_at', deletedAt),
        ),
        why(
          'Why was there still a token?',
          'A token lives on until its end; it was issued while the account was there.',
          ...seen('facts.token.issued_at', attempt.facts?.token?.issued_at),
        ),
      ],
      fix: {
        action:
          'Sign up or sign in again; if the user should exist, check which database the auth service uses.',
        command: `netra users list`,
      },
    });
  },
};
