import { refusal } from '@netra/protocol';
import type { Identity, Verifier } from '@netra/token';
import type { Attempt, StepResult } from '../attempts/attempt.ts';
import type { UserDirectory, UserStatus } from '../auth-client/user-directory.ts';
import { presentedToken } from './presented-token.ts';

/** A verified token of a user who may come in now. */
export interface Principal {
  identity: Identity;
  status: Extract<UserStatus, { kind: 'active' }>;
}

/** The one judge of `/ws`, `/v1` and `renew_token`: the same token gets the same answer at each. */
export type Authenticate = (token: string, attempt: Attempt) => Promise<StepResult<Principal>>;

/** Steps `token`, `user_status` and `permission`, each recorded in the attempt. */
export function createAuthenticate(options: { verifier: Verifier; directory: UserDirectory }): Authenticate {
  const { verifier, directory } = options;

  return async (token, attempt) => {
    const verified = await attempt.step('token', async () => {
      const verdict = await verifier.verify(token);
      return verdict.ok ? { ok: true, value: verdict.identity } : verdict;
    });
    if (!verified.ok) {
      const facts = presentedToken(token);
      if (facts) attempt.note({ facts: { token: facts } });
      return verified;
    }
    const identity = verified.value;
    attempt.note({ userId: identity.userId });

    const found = await attempt.step('user_status', () =>
      findActiveUser(directory, identity.userId, attempt),
    );
    if (!found.ok) return found;

    return attempt.step('permission', () => {
      const isGranted = [identity.permissions, found.value.permissions].every((list) =>
        list.includes('chat'),
      );
      if (!isGranted)
        return { ok: false, refusal: refusal('permission_missing', 'The permission `chat` is missing.') };
      return { ok: true, value: { identity, status: found.value } };
    });
  };
}

async function findActiveUser(
  directory: UserDirectory,
  userId: string,
  attempt: Attempt,
): Promise<StepResult<Principal['status']>> {
  const status = await directory.lookup(userId);
  switch (status.kind) {
    case 'active':
      return { ok: true, value: status };
    case 'inactive':
      attempt.note({ facts: { user: { exists: true, active: false } } });
      return { ok: false, refusal: refusal('user_inactive') };
    case 'unknown':
      attempt.note({ facts: { user: { exists: false } } });
      return { ok: false, refusal: refusal('user_unknown') };
    case 'unavailable':
      attempt.note({ facts: { dependency: { name: 'auth' } } });
      return { ok: false, refusal: refusal('auth_unavailable') };
  }
}
