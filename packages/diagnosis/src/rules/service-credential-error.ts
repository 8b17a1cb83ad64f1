import type { AttemptFacts } from '../attempt.ts';

/** The auth service did answer, and refused the gateway's own credential. */
export function isServiceCredentialError(dependency: AttemptFacts['dependency']): boolean {
  if (dependency === undefined || (dependency.name !== 'auth' && dependency.name !== 'keys')) return false;
  return (
    dependency.status === 401 ||
    dependency.status === 403 ||
    /service_credential_invalid|\b40[13]\b/.test(dependency.error ?? '')
  );
}
