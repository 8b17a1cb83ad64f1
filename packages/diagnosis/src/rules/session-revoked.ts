import { cause, type Rule, seen, why } from '../rule.ts';

/** The session behind the token was ended. */
export const sessionRevoked: Rule = {
  rootCause: 'session_revoked',
  title: 'The session was ended',
  codes: ['session_ended', 'token_revoked', 'permissions_changed', 'disconnected_by_operator'],
  needs: 'The code alone: the server ended it itself.',
  refutedBy: 'Nothing: the revocation is on record.',
  prevention: 'A client drops its token when its user signs out, and asks for sign-in on this code.',
  judge({ attempt }) {
    return cause({
      confidence: 0.9,
      reason: 'The server has the revocation on record; who asked for it stands in the audit log.',
      whys: [
        why(
          'Why was it refused?',
          attempt.code === 'token_revoked'
            ? 'The token was revoked.'
            : attempt.code === 'session_ended'
              ? 'The session of the token has ended.'
              : 'An operator changed what this user may do, or ended the connection.',
          ...seen('user_id', attempt.user_id),
        ),
        why(
          'Why?',
          'The user signed out, the session ended by age, or it was ended from another device or by an operator.',
        ),
      ],
      fix: { action: 'Sign in again. A client must drop its token when its user signs out.' },
    });
  },
};
