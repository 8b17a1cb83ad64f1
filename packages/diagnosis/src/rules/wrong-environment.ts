import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** A token of one environment was used in another. */
export const wrongEnvironment: Rule = {
  rootCause: 'wrong_environment',
  title: 'A token of one environment was used in another',
  // The signature and the issuer are judged first, so a foreign token often fails there.
  codes: [
    'token_environment_wrong',
    'token_issuer_untrusted',
    'token_key_unknown',
    'token_signature_invalid',
  ],
  alongside: [
    'token_expired',
    'token_not_yet_valid',
    'token_audience_wrong',
    'token_type_wrong',
    'user_unknown',
  ],
  needs: 'The environment that the token names and that of this server.',
  refutedBy: 'Both are the same.',
  prevention:
    'Give each environment addresses of its own and let clients read both, sign-in and connection, from one setting.',
  judge({ attempt, token, expected, evidence }) {
    const isNamed = attempt.code === 'token_environment_wrong';
    const known = evidence.environments?.find(
      ({ issuer, key_ids }) =>
        issuer === token.issuer || (token.key_id !== undefined && key_ids?.includes(token.key_id)),
    );
    const observed = token.environment ?? known?.environment;
    if (!isNamed && (observed === undefined || expected.environment === undefined)) return unknown;
    if (observed !== undefined && observed === expected.environment) {
      return ruledOut(`The token names this server's environment, ${observed}.`);
    }
    const from = observed ?? 'another environment';
    const here = expected.environment ?? 'its own';
    return cause({
      confidence: isNamed ? 0.98 : known !== undefined ? 0.97 : 0.9,
      reason: isNamed
        ? 'The signature is good, so the token is what it says.'
        : known !== undefined
          ? 'Issuer or key are those of a known other environment.'
          : 'The token says so itself; its signature does not prove it.',
      whys: [
        why(
          'Why was it refused?',
          `The token is of ${from}, this server is ${here}.`,
          ...seen('facts.token.environment', token.environment, expected.environment),
        ),
        why(
          'Why was it used here?',
          'The client gets its token from the auth service of one environment and connects to the gateway of another.',
          ...seen('facts.token.issuer', token.issuer, expected.issuer),
          ...seen(
            'environments that have this issuer or key',
            known && `${known.environment} at ${known.issuer}`,
            here,
          ),
        ),
      ],
      fix: {
        action: `Let the client sign in where it connects${expected.issuer === undefined ? '' : `, at ${expected.issuer}`}; check the addresses in its settings.`,
      },
    });
  },
};
