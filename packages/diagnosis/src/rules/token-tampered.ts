import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * The token was changed after it was signed, or signed by somebody without the key.
 * Needs that the token names a key of ours. Refuted when the key is not in the key set: then it is another issuer's.
 */
export const tokenTampered: Rule = {
  rootCause: 'token_tampered',
  codes: ['token_signature_invalid', 'token_algorithm_refused'],
  judge({ attempt, token, expected, evidence }) {
    const keyId = token.key_id;
    const isKnown = keyId !== undefined && evidence.known_key_ids?.includes(keyId);
    if (keyId !== undefined && evidence.known_key_ids !== undefined && !isKnown) {
      return ruledOut(`The token names key ${keyId}, which is none of this installation's.`);
    }
    if (attempt.code === 'token_algorithm_refused') {
      return cause({
        confidence: token.algorithm?.toLowerCase() === 'none' ? 0.95 : 0.6,
        whys: [
          why(
            'Why was it refused?',
            `It asks to be checked by ${token.algorithm ?? 'an algorithm'} that its key is not made for.`,
            ...seen('facts.token.algorithm', token.algorithm, expected.algorithm),
          ),
          why(
            'Why would it ask that?',
            'No issuer of this installation writes such a token; it was made or changed by somebody else.',
          ),
        ],
        fix: { action: 'Treat it as an attack or a wrong test tool; find the client by its attempts.' },
      });
    }
    if (!isKnown) return unknown;
    return cause({
      confidence: 0.75,
      whys: [
        why(
          'Why was it refused?',
          'The signature does not belong to the content.',
          ...seen('facts.token.key_id', keyId),
        ),
        why(
          'Why not?',
          'The token names a key of this installation, so its content was changed or cut after signing, or it was signed by somebody without that key.',
          ...seen('known_key_ids', evidence.known_key_ids?.join(', ')),
        ),
      ],
      fix: {
        action:
          'Sign in again for a fresh token. If it repeats, look at what copies or stores the token on its way.',
      },
    });
  },
};
