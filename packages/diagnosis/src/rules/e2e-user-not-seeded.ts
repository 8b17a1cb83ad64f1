import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The users of end-to-end tests were never made in this environment. */
export const e2eUserNotSeeded: Rule = {
  rootCause: 'e2e_user_not_seeded',
  title: 'The users of end-to-end tests are not there',
  codes: ['user_unknown'],
  alongside: ['e2e_key_invalid', 'token_expired', 'token_signature_invalid', 'token_environment_wrong'],
  needs: 'The id of the user, and that the store does not have it.',
  refutedBy: 'The user is there, was deleted, or is no user of end-to-end tests.',
  prevention:
    'Run `netra seed e2e` in each deploy of an environment that is tested: it changes nothing where they are.',
  judge({ attempt, token, facts: { user }, expected, evidence: { user: known, e2e }, isOwnCode }) {
    const isE2e = known?.is_e2e_id ?? (attempt.user_id ?? token.test_user)?.includes('e2e-user');
    const isNoneSeeded = e2e?.seeded_users !== undefined && e2e.seeded_users < (e2e.expected_users ?? 1);
    if (!isOwnCode && !isNoneSeeded && !(isE2e && known?.exists === false)) return unknown;
    if (isE2e === undefined && isOwnCode) return unknown;
    if (isE2e === false) return ruledOut('The id is not of the form that `netra seed e2e` makes.');
    if (user?.exists === true || known?.exists === true)
      return ruledOut('The user directory knows the user.');
    if (known?.deleted_at !== undefined)
      return ruledOut(`The user was there, and was deleted at ${known.deleted_at}.`);
    const here = expected.environment ?? 'this environment';
    const userId = attempt.user_id ?? token.test_user;
    return cause({
      confidence: isNoneSeeded || known?.exists === false ? 0.97 : 0.9,
      reason: 'The id is of the form that seeding makes, and the store does not have it.',
      whys: [
        why(
          'Why was the user refused?',
          `${userId ?? 'The user'} is not in ${known?.store ?? `the user table of ${here}`}.${isOwnCode ? ' The token is good; its user is not there.' : ''}`,
          ...seen('user_id', userId),
          ...seen('user.exists', user?.exists ?? known?.exists, true),
          ...seen('user.store', known?.store),
        ),
        why(
          'Why is the user not there?',
          'It is a user of end-to-end tests, and such users are made by seeding, not by signing up.',
          ...seen('user.is_e2e_id', isE2e),
          ...seen('e2e.seeded_users', e2e?.seeded_users, e2e?.expected_users),
        ),
        why(
          'Why was it not seeded?',
          `Nobody ran \`netra seed e2e\` in ${here}, or the database was replaced afterwards.`,
        ),
        why(
          'Why do the tests have a token for a user who is not there?',
          'They make it themselves, or keep it from another environment: `POST /auth/e2e/token` gives tokens of seeded users only.',
          ...seen('facts.token.issuer', attempt.facts?.token?.issuer, expected.issuer),
        ),
      ],
      fix: {
        action: `Seed the users of end-to-end tests in ${here}; it is safe to repeat.`,
        command: 'netra seed e2e',
      },
    });
  },
};
