import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/** Somebody deactivated the account. Needs the code. Refuted when the directory says that the user is active. */
export const userDeactivated: Rule = {
  rootCause: 'user_deactivated',
  codes: ['user_inactive'],
  judge({ attempt, facts: { user } }) {
    if (user?.active === true) return ruledOut('The user directory says that the account is active.');
    return cause({
      confidence: user?.active === false ? 0.98 : 0.9,
      whys: [
        why(
          'Why was it refused?',
          'The account exists, but it is deactivated.',
          ...seen('user_id', attempt.user_id),
          ...seen('facts.user.active', user?.active, true),
        ),
        why(
          'Why is it deactivated?',
          'An operator or an automatic rule deactivated it; the record does not say who.',
        ),
      ],
      fix: { action: 'If the user should be let in, activate the account again.' },
    });
  },
};
