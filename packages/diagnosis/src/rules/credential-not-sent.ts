import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/**
 * The client sent no credential.
 * Needs the code. Refuted when a credential was found after all.
 */
export const credentialNotSent: Rule = {
  rootCause: 'credential_not_sent',
  codes: ['credential_missing'],
  judge({ attempt: { client }, facts: { upgrade } }) {
    if (client.carrier !== undefined && client.carrier !== 'none')
      return ruledOut(`A credential came by ${client.carrier}.`);
    return cause({
      confidence: upgrade?.is_proxied ? 0.6 : 0.85,
      whys: [
        why(
          'Why was it refused?',
          'The request carries no credential.',
          ...seen('client.carrier', client.carrier ?? 'none'),
        ),
        why(
          'Why not?',
          'The client is not signed in, or puts its token where the server does not look, such as a cookie.',
          ...seen('client.user_agent', client.user_agent),
        ),
      ],
      fix: {
        action:
          'Sign in, then send the access token as `Authorization: Bearer …`; browsers take a ticket first.',
      },
    });
  },
};
