import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The auth service that is asked keeps its users in another database than the one that issued the token. */
export const userInOtherStore: Rule = {
  rootCause: 'user_in_other_store',
  title: 'The user is in another store than the one asked',
  codes: ['user_unknown'],
  needs: 'A look into the other stores.',
  refutedBy: 'No other store has the user.',
  prevention: 'Give all instances of one environment the same DATABASE_URL, from one place.',
  judge({ attempt, evidence: { user } }) {
    if (user === undefined) return unknown;
    if (user.found_in === undefined) return ruledOut('No other store is known to have the user.');
    return cause({
      confidence: 0.94,
      reason: 'The user was found in the other store.',
      whys: [
        why(
          'Why was it refused?',
          `The user directory has no such user in ${user.store ?? 'its store'}.`,
          ...seen('user_id', attempt.user_id),
          ...seen('user.exists', user.exists, true),
        ),
        why(
          'Why not there?',
          `The user is in ${user.found_in}.`,
          ...seen('user.found_in', user.found_in, user.store),
        ),
        why(
          'Why are there two stores?',
          'Two instances of the auth service, or one before and after a change, use different databases.',
        ),
      ],
      fix: {
        action: 'Set DATABASE_URL of the auth service to the database that has the users.',
        command: 'netra config check',
      },
    });
  },
};
