import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/**
 * The token was made for another service.
 * Needs nothing more than the code; the claim makes it certain. Refuted when `aud` does name this service.
 */
export const wrongAudience: Rule = {
  rootCause: 'wrong_audience',
  codes: ['token_audience_wrong'],
  judge({ token, expected }) {
    const audiences = [token.audience ?? []].flat();
    if (expected.audience !== undefined && audiences.includes(expected.audience)) {
      return ruledOut(`The token does name ${expected.audience}.`);
    }
    const shown = audiences.length > 0 ? audiences.join(', ') : undefined;
    return cause({
      confidence: shown === undefined ? 0.8 : 0.97,
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
