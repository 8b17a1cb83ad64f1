import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** Somebody deactivated the account. */
export const userDeactivated: Rule = {
  rootCause: 'user_deactivated',
  title: 'The account is deactivated',
  codes: ['user_inactive'],
  alongside: ['token_expired', 'token_revoked', 'session_ended', 'e2e_key_invalid', 'connection_limit'],
  needs: 'The code; the user directory makes it certain.',
  refutedBy: 'The directory says that the user is active.',
  prevention:
    'Deactivate with a note to whoever uses the account; end-to-end users are made active again by `netra seed e2e`.',
  judge({ attempt, facts: { user }, evidence, isOwnCode }) {
    const known = evidence.user;
    if (!isOwnCode && known?.active !== false) return unknown;
    if (user?.active === true || (user === undefined && known?.active === true))
      return ruledOut('The user directory says that the account is active.');
    const isE2e = known?.is_e2e_id || looksLikeE2e(attempt.user_id);
    const id = attempt.user_id ?? '<user id>';
    return cause({
      confidence: user?.active === false || known?.active === false ? 0.98 : 0.9,
      reason: 'The user directory holds the account, and its state is there to read.',
      whys: [
        why(
          'Why was it refused?',
          'The account exists, but it is deactivated.',
          ...seen('user_id', attempt.user_id),
          ...seen('user.active', user?.active ?? known?.active, true),
          ...seen('user.store', known?.store),
        ),
        why(
          'Why is it deactivated?',
          known?.deactivated_at === undefined
            ? 'An operator or an automatic rule deactivated it; the audit log says who.'
            : `It was deactivated at ${known.deactivated_at}${known.deactivated_by === undefined ? '' : ` by ${known.deactivated_by}`}.`,
          ...seen('user.deactivated_at', known?.deactivated_at),
        ),
      ],
      fix: isE2e
        ? {
            action: 'If the tests should use it, seed the users of end-to-end tests again.',
            command: 'netra seed e2e',
          }
        : {
            action: 'If the user should be let in, activate the account again.',
            command: `netra users activate ${id}`,
          },
    });
  },
};

function looksLikeE2e(userId: string | undefined): boolean {
  return userId?.includes('e2e-user') ?? false;
}
