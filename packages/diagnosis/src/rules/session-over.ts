import { cause, type Rule, seen, why } from '../rule.ts';

/** The session behind the token was ended. Needs the code alone: the server ended it itself. */
export const sessionOver: Rule = {
  rootCause: 'session_over',
  codes: ['session_ended', 'token_revoked'],
  judge({ attempt }) {
    return cause({
      confidence: 0.9,
      whys: [
        why(
          'Why was it refused?',
          attempt.code === 'token_revoked' ? 'The token was revoked.' : 'The session of the token has ended.',
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
