import { cause, type Rule, seen, why } from '../rule.ts';

/** The user's roles do not give what was asked. */
export const permissionNotGranted: Rule = {
  rootCause: 'permission_not_granted',
  title: 'The user lacks the permission',
  codes: ['permission_missing'],
  needs: 'The code alone.',
  refutedBy: 'Nothing: the roles were read.',
  prevention: 'Nothing on the server: the refusal is right.',
  judge({ attempt }) {
    return cause({
      confidence: 0.9,
      reason: 'The server read the roles of the user when it was asked.',
      whys: [
        why(
          'Why was it refused?',
          attempt.detail ?? 'The user lacks the permission.',
          ...seen('user_id', attempt.user_id),
        ),
        why(
          'Why does the user lack it?',
          'None of the roles of the user gives it; a role given later counts from the next token on.',
        ),
      ],
      fix: {
        action: 'If the user should have it, give the role, then let the client fetch a new token.',
        command: `netra users role ${attempt.user_id ?? '<user id>'}`,
      },
    });
  },
};
