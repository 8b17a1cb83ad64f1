import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { isServiceCredentialError } from './service-credential-error.ts';
import { unsteadyServiceIds } from './service-id-unstable.ts';

/** The auth service does not accept this gateway's own credential. */
export const serviceCredentialRejected: Rule = {
  rootCause: 'service_credential_rejected',
  title: 'The auth service refuses the gateway’s own credential',
  codes: ['auth_unavailable', 'keys_unavailable', 'service_credential_invalid'],
  needs: 'What the auth service answered to the gateway.',
  refutedBy: 'The auth service did not answer at all.',
  prevention:
    'Set SERVICE_ID and SERVICE_SECRET of both services from one secret; rotate with `netra services add` first, then revoke the old one.',
  judge(input) {
    const {
      attempt,
      facts: { dependency },
      evidence: { auth, breaker, service_ids },
    } = input;
    const isNamed = attempt.code === 'service_credential_invalid';
    const isRejected =
      isServiceCredentialError(dependency) ||
      /service_credential_invalid/.test(breaker?.first_error ?? '') ||
      /service_credential_invalid/.test(auth?.error ?? '');
    if (!isNamed && !isRejected)
      return auth?.reachable === false ? ruledOut('The auth service does not answer at all.') : unknown;
    const isUnstable =
      unsteadyServiceIds(input).length > 0 ||
      new Set(service_ids?.map(({ service_id }) => service_id)).size > 1;
    return cause({
      confidence: isUnstable ? 0.8 : 0.96,
      reason: isUnstable
        ? 'The id changes as well, and that alone would be enough.'
        : 'The auth service said so itself.',
      whys: [
        why(
          'Why could the identity not be judged?',
          'The gateway could not look the user up: it needs a token of its own for that, and did not get one.',
          ...seen('facts.dependency.error', dependency?.error),
          ...seen('facts.dependency.status', dependency?.status, 200),
        ),
        why(
          'Why did it not get one?',
          'The auth service does not accept the service id or secret that it was shown.',
          ...seen('breaker.first_error', breaker?.first_error),
        ),
        why(
          'Why are they not accepted?',
          'SERVICE_ID or SERVICE_SECRET differ between the two services, or the credential was revoked or has expired.',
        ),
        why(
          'Why does it not look like that from outside?',
          'A client is told that the service is unavailable, since nothing is wrong with its token; an outage is never called a bad login.',
        ),
      ],
      fix: {
        action: 'Set SERVICE_ID and SERVICE_SECRET to the same values for the auth service and the gateway.',
        command: 'netra services list',
      },
    });
  },
};
