import { LIMITS } from '@netra/protocol';
import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

const OVERLAP_MINUTES = Math.ceil((LIMITS.accessTokenLifeMs + LIMITS.tokenSkewMs) / 60_000);

/** The key that signed the token is gone while tokens of it still live. */
export const keyRotatedWithoutOverlap: Rule = {
  rootCause: 'key_rotated_without_overlap',
  title: 'A signing key was replaced while its tokens still lived',
  codes: ['token_key_unknown', 'token_signature_invalid'],
  needs: 'The key id of the token, and the key set or the keys that left it.',
  refutedBy: 'The key is in the key set, or the token is of another installation.',
  prevention:
    'Rotate with `netra keys rotate`, which keeps the old public key until its last token has ended; never replace keys by deleting them.',
  judge({ attempt, token, expected, evidence, facts }) {
    const keyId = token.key_id;
    if (keyId === undefined) return unknown;
    const retired = evidence.retired_keys?.find(({ key_id }) => key_id === keyId);
    if (retired === undefined && evidence.known_key_ids?.includes(keyId))
      return ruledOut(`Key ${keyId} is in the key set.`);
    const isForeign = [
      [token.issuer, expected.issuer],
      [token.environment, expected.environment],
    ].some(([observed, wanted]) => observed !== undefined && wanted !== undefined && observed !== wanted);
    if (isForeign) return ruledOut('The token is not from this installation.');
    if (retired === undefined && (facts.signature_matches?.length ?? 0) > 0)
      return ruledOut('Another configured secret signed it.');
    if (
      retired === undefined &&
      attempt.code === 'token_signature_invalid' &&
      evidence.known_key_ids === undefined
    )
      return unknown;
    const isOurs = token.issuer !== undefined && token.issuer === expected.issuer;
    const isEarlier = retired !== undefined && (token.issued_at ?? '') <= retired.at;
    return cause({
      confidence: isEarlier ? 0.97 : retired !== undefined ? 0.9 : isOurs ? 0.78 : 0.5,
      reason:
        retired === undefined
          ? 'The key is not in the set and the issuer is this one; that it was there before is not recorded.'
          : 'The record of keys says when this one left the key set.',
      whys: [
        why(
          'Why was it refused?',
          `No key ${keyId} is in the key set.`,
          ...seen('facts.token.key_id', keyId, evidence.known_key_ids?.join(', ')),
        ),
        why(
          'Why is it not there?',
          retired === undefined
            ? 'The signing key was replaced, or the data folder with it.'
            : `It was ${retired.state} at ${retired.at}.`,
          ...seen('retired_keys.at', retired?.at),
          ...seen('facts.token.issuer', token.issuer, expected.issuer),
        ),
        why(
          'Why did a token of it still come?',
          `A token lives ${LIMITS.accessTokenLifeMs / 60_000} min, and the old public key was not kept for that long.`,
          ...seen('facts.token.issued_at', token.issued_at, retired && `after ${retired.at}`),
          ...seen('facts.token.expires_at', token.expires_at),
        ),
      ],
      fix: {
        action: `Clients that renew their token are served again; at the next rotation keep the old public key for ${OVERLAP_MINUTES} min.`,
        command: 'netra keys list',
      },
    });
  },
};
