import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * The key that signed the token is gone while tokens of it still live.
 * Needs the token's `kid`, and that issuer and environment are ours. Refuted when the key set has the key.
 */
export const keyRotatedWithoutOverlap: Rule = {
  rootCause: 'key_rotated_without_overlap',
  codes: ['token_key_unknown', 'token_signature_invalid'],
  judge({ attempt, token, expected, evidence }) {
    const keyId = token.key_id;
    if (keyId === undefined) return unknown;
    if (evidence.known_key_ids?.includes(keyId)) return ruledOut(`Key ${keyId} is in the key set.`);
    const isForeign = [
      [token.issuer, expected.issuer],
      [token.environment, expected.environment],
    ].some(([observed, wanted]) => observed !== undefined && wanted !== undefined && observed !== wanted);
    if (isForeign) return ruledOut('The token is not from this installation.');
    if (attempt.code === 'token_signature_invalid' && evidence.known_key_ids === undefined) return unknown;
    const isOurs = token.issuer !== undefined && token.issuer === expected.issuer;
    return cause({
      confidence: isOurs ? 0.85 : 0.5,
      whys: [
        why(
          'Why was it refused?',
          `No key ${keyId} is in the key set.`,
          ...seen('facts.token.key_id', keyId, evidence.known_key_ids?.join(', ')),
        ),
        why(
          'Why is it not there?',
          'The signing key was replaced, or the data folder with it, and the old public key was not kept until its tokens had ended.',
          ...seen('facts.token.issuer', token.issuer, expected.issuer),
        ),
      ],
      fix: {
        action:
          'Let clients fetch a new token; keep the old public key in the key set for one token life (10 min) at the next rotation.',
      },
    });
  },
};
