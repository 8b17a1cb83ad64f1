import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The token was made for another service. */
export const wrongAudience: Rule = {
  rootCause: 'wrong_audience',
  title: 'The token is meant for another service',
  codes: ['token_audience_wrong'],
  alongside: [
    'token_expired',
    'token_environment_wrong',
    'token_issuer_untrusted',
    'token_type_wrong',
    'token_signature_invalid',
    'token_key_unknown',
  ],
  needs: 'The code; the claim makes it certain.',
  refutedBy: 'The `aud` of the token names this service.',
  prevention: 'Use the SDK, which takes the token for this service; do not share one token between APIs.',
  judge({ token, expected, isOwnCode }) {
    const audiences = [token.audience ?? []].flat();
    if (!isOwnCode && (audiences.length === 0 || expected.audience === undefined)) return unknown;
    if (expected.audience !== undefined && audiences.includes(expected.audience)) {
      return ruledOut(`The token does name ${expected.audience}.`);
    }
    const shown = audiences.length > 0 ? audiences.join(', ') : undefined;
    return cause({
      confidence: shown === undefined ? 0.8 : 0.97,
      reason:
        shown === undefined
          ? 'The verifier said so; the claim was not recorded.'
          : 'The claim was recorded and is another.',
      whys: [
        why(
          'Why was it refused?',
          `The token is meant for ${shown ?? 'another audience'}, not for this service.`,
          ...seen('facts.token.audience', shown, expected.audience),
        ),
        why(
          'Why was it sent here?',
          'The client took a token of another service, such as a service token or that of another API of the same issuer.',
        ),
      ],
      fix: {
        action: 'Use the access token that `POST /auth/token` gives for this installation.',
        command: 'npx netra token inspect -',
      },
    });
  },
};
