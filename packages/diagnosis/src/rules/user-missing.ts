import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/** The token is good, but its user is not in this store. Refuted when the directory knows the user. */
export const userMissing: Rule = {
  rootCause: 'user_missing',
  codes: ['user_unknown'],
  judge({ attempt, facts: { user } }) {
    if (user?.exists === true) return ruledOut('The user directory knows the user.');
    return cause({
      confidence: user?.exists === false ? 0.95 : 0.8,
      whys: [
        why(
          'Why was it refused?',
          'The user directory of the auth service has no such user.',
          ...seen('user_id', attempt.user_id),
          ...seen('facts.user.exists', user?.exists, true),
        ),
        why('Why not?', 'The account was deleted, or the database was replaced after the token was issued.'),
      ],
      fix: {
        action:
          'Sign up or sign in again; if the user should exist, check which database the auth service uses.',
      },
    });
  },
};
