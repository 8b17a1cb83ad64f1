import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The token was changed after it was signed, or signed by somebody without the key. */
export const tokenTampered: Rule = {
  rootCause: 'token_tampered',
  title: 'The token was changed, or signed by a stranger',
  codes: ['token_signature_invalid', 'token_algorithm_refused', 'token_malformed'],
  needs:
    'That the token names a key of this installation, or that no configured secret fits it while both sides hold the same.',
  refutedBy:
    'The key is not in the key set, another configured secret signed it, or the two sides hold different secrets.',
  prevention:
    'Nothing on the server: the refusal is right. Tokens travel over TLS and are copied by programs, not by hand.',
  judge({ attempt, token, expected, evidence, facts }) {
    const keyId = token.key_id;
    const isKnown = keyId !== undefined && evidence.known_key_ids?.includes(keyId);
    if (keyId !== undefined && evidence.known_key_ids !== undefined && !isKnown)
      return ruledOut(`The token names key ${keyId}, which is none of this installation's.`);
    if (attempt.code === 'token_malformed') return judgeMalformed(token.algorithm, token.type);
    const checkValues = new Set((evidence.key_holders ?? []).map(({ check_value }) => check_value));
    if (checkValues.size > 1)
      return ruledOut('Issuer and verifier hold different keys: that explains the signature.');
    if (attempt.code === 'token_algorithm_refused')
      return judgeAlgorithm(token.algorithm, expected.algorithm);
    const matches = facts.signature_matches;
    if (matches !== undefined && matches.length > 0)
      return ruledOut(`The secret of ${matches.join(', ')} signed it, unchanged.`);
    const isShared = checkValues.size === 1 && (evidence.key_holders?.length ?? 0) > 1;
    if (!isKnown && !isShared) return unknown;
    return cause({
      confidence: isShared && matches !== undefined ? 0.88 : isKnown ? 0.82 : 0.75,
      reason: isKnown
        ? 'The key that it names is ours and unchanged, so the content or the signature is not.'
        : 'Issuer and verifier hold the same secret, and it did not sign this token.',
      whys: [
        why(
          'Why was it refused?',
          'The signature does not belong to the content.',
          ...seen('facts.token.key_id', keyId),
        ),
        why(
          'Why not?',
          isKnown
            ? 'The token names a key of this installation, so its content was changed or cut after signing, or it was signed by somebody without that key.'
            : 'The two services hold the same secret, so the token was changed after signing, or signed by somebody else.',
          ...seen('known_key_ids', evidence.known_key_ids?.join(', ')),
          ...seen('key check values', isShared ? [...checkValues].join(', ') : undefined),
        ),
        why(
          'Why did the server let that happen?',
          'It did not: nothing is broken here, and the refusal is right.',
        ),
      ],
      fix: {
        action:
          'Sign in again for a fresh token. If it repeats, look at what copies or stores the token on its way.',
      },
    });
  },
};

function judgeAlgorithm(algorithm: string | undefined, wanted: string | undefined) {
  const isNone = algorithm?.toLowerCase() === 'none';
  return cause({
    confidence: isNone ? 0.95 : 0.6,
    reason: isNone
      ? 'No honest issuer writes a token without a signature.'
      : 'It may also be a token of another product.',
    whys: [
      why(
        'Why was it refused?',
        `It asks to be checked by ${algorithm ?? 'an algorithm'} that its key is not made for.`,
        ...seen('facts.token.algorithm', algorithm, wanted),
      ),
      why(
        'Why would it ask that?',
        'No issuer of this installation writes such a token; it was made or changed by somebody else.',
      ),
    ],
    fix: { action: 'Treat it as an attack or a wrong test tool; find the client by its attempts.' },
  });
}

/** It has the header of an access token, and yet cannot be read. */
function judgeMalformed(algorithm: string | undefined, type: string | undefined) {
  if (algorithm === undefined || type === undefined) return unknown;
  return cause({
    confidence: 0.7,
    reason: 'Its header is that of an access token, and the rest is not.',
    whys: [
      why(
        'Why was it refused?',
        'It cannot be read as a token.',
        ...seen('facts.token.type', type),
        ...seen('facts.token.algorithm', algorithm),
      ),
      why('Why not?', 'It was an access token before: it was cut, or re-encoded, on its way.'),
    ],
    fix: {
      action: 'Look at what copies or stores the token on its way: line breaks, length limits, quoting.',
      command: 'npx netra token inspect -',
    },
  });
}
