import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

const ACCESS_TOKEN_TYPE = 'at+jwt';

/** Something other than an access token was sent: a session token, an ID token, an API key. */
export const wrongTokenKind: Rule = {
  rootCause: 'wrong_token_kind',
  title: 'Something other than an access token was sent',
  codes: ['token_type_wrong', 'token_malformed', 'token_claim_missing'],
  needs: 'The header of the token, or that none could be read.',
  refutedBy: 'Its `typ` is that of an access token.',
  prevention: 'Use the SDK, which exchanges the session for an access token.',
  judge({ attempt, facts, token, expected }) {
    const type = expected.type ?? ACCESS_TOKEN_TYPE;
    if (token.type?.toLowerCase() === type) return ruledOut(`The token says that it is of type ${type}.`);
    if (attempt.code === 'token_claim_missing' && token.type === undefined) return unknown;
    const isOpaque = facts.token === undefined || token.algorithm === undefined;
    if (attempt.code === 'token_malformed' && !isOpaque) return unknown;
    const what = isOpaque
      ? 'no JWT at all, such as a session token or an API key'
      : `a token of type ${token.type ?? 'unknown'}`;
    return cause({
      confidence: attempt.code === 'token_type_wrong' ? 0.95 : 0.65,
      reason:
        attempt.code === 'token_type_wrong'
          ? 'The header names another type.'
          : 'What came cannot be read, and what it was is not kept.',
      whys: [
        why(
          'Why was it refused?',
          `What was sent is ${what}.`,
          ...seen('facts.token.type', token.type ?? (isOpaque ? 'not readable' : undefined), type),
        ),
        why(
          'Why was it sent?',
          'The client sends the wrong one of its credentials: the session or ID token in place of the access token.',
        ),
      ],
      fix: {
        action: 'Exchange the session at `POST /auth/token` and send the `access_token` of its answer.',
        command: 'npx netra token inspect -',
      },
    });
  },
};
