import { cause, type Rule, seen, unknown, why } from '../rule.ts';

/**
 * The auth service does not accept this gateway's own credential.
 * Needs the dependency's error. Never ruled out: a gateway that was not answered does not know.
 */
export const serviceCredentialRejected: Rule = {
  rootCause: 'service_credential_rejected',
  codes: ['auth_unavailable', 'service_credential_invalid'],
  judge({ attempt, facts: { dependency } }) {
    const isNamed = attempt.code === 'service_credential_invalid';
    const isRejected = /service_credential_invalid|\b40[13]\b/.test(dependency?.error ?? '');
    if (!isNamed && !isRejected) return unknown;
    return cause({
      confidence: 0.96,
      whys: [
        why(
          'Why was it refused?',
          'The gateway could not look the user up.',
          ...seen('facts.dependency.error', dependency?.error),
        ),
        why('Why not?', 'The auth service does not accept the service id or secret that it was shown.'),
      ],
      fix: {
        action: 'Set SERVICE_ID and SERVICE_SECRET to the same values for the auth service and the gateway.',
      },
    });
  },
};
