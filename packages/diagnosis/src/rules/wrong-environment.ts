import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * A token of one environment was used in another.
 * Needs the token's `env` and this server's. Refuted when they are the same.
 */
export const wrongEnvironment: Rule = {
  rootCause: 'wrong_environment',
  // The signature and the issuer are judged first, so a foreign token often fails there.
  codes: [
    'token_environment_wrong',
    'token_issuer_untrusted',
    'token_key_unknown',
    'token_signature_invalid',
  ],
  judge({ attempt, token, expected }) {
    const isNamed = attempt.code === 'token_environment_wrong';
    if (!isNamed && (token.environment === undefined || expected.environment === undefined)) return unknown;
    if (token.environment !== undefined && token.environment === expected.environment) {
      return ruledOut(`The token names this server's environment, ${token.environment}.`);
    }
    const from = token.environment ?? 'another environment';
    const here = expected.environment ?? 'its own';
    return cause({
      confidence: isNamed ? 0.98 : 0.9,
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
        ),
      ],
      fix: {
        action:
          'Point the client’s sign-in and its connection at the same installation; check the URLs in its settings.',
      },
    });
  },
};
