import { type ReasonCode, refusal } from '@netra/protocol';
import type { CircuitBreakerState } from '@netra/service';
import { type Identity, type MaybePromise, type Verifier, whenKnown } from '@netra/token';
import type { Attempt, StepResult } from '../attempts/attempt.ts';
import type { UserDirectory, UserLookup, UserStatus } from '../auth-client/user-directory.ts';
import { type SecretCandidate, signatureMatches } from '../explain/signature-matches.ts';
import type { RevocationFeed } from '../revocations/revocation-feed.ts';
import { presentedToken } from './presented-token.ts';

/** A verified token of a user who may come in now. */
export interface Principal {
  identity: Identity;
  status: Extract<UserStatus, { kind: 'active' }>;
}

/** The one judge of `/ws`, `/v1` and `renew_token`: the same token gets the same answer at each. */
export type Authenticate = (token: string, attempt: Attempt) => MaybePromise<StepResult<Principal>>;

export interface AuthenticateOptions {
  verifier: Verifier;
  directory: UserDirectory;
  /** The auth service of this installation: only its users have their rights from the directory. */
  ownIssuer: string;
  revocationFeed: Pick<RevocationFeed, 'view' | 'isKnown'>;
  /** Of the circuit breaker to the auth service: evidence, where a user could not be looked up. */
  circuit: () => CircuitBreakerState;
  /** Secrets that are set here: with which of them a token was signed is evidence, where its signature is refused. */
  secretCandidates: readonly SecretCandidate[];
}

/** Codes behind which another secret may be. */
const SIGNATURE_CODES: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'token_signature_invalid',
  'token_algorithm_refused',
  'token_key_unknown',
]);

/**
 * Steps `token`, `user_status` and `permission`, each recorded in the attempt. It fails closed: while nobody can say
 * whether the token was revoked or the user is there, the answer is `auth_unavailable`, and never that of a bad token.
 */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  return (token, attempt) =>
    whenKnown(judgeToken(token, attempt, options), (verified) =>
      verified.ok ? admitUser(verified.value, attempt, options) : verified,
    );
}

function judgeToken(
  token: string,
  attempt: Attempt,
  { verifier, secretCandidates }: AuthenticateOptions,
): MaybePromise<StepResult<Identity>> {
  let userId: string | undefined;
  const judged = attempt.step('token', () =>
    whenKnown(verifier.judge(token), (verdict): StepResult<Identity> => {
      if (verdict.ok) return { ok: true, value: verdict.identity };
      userId = verdict.userId;
      return verdict;
    }),
  );
  return whenKnown(judged, (result) => {
    if (result.ok) return result;
    if (userId !== undefined) attempt.note({ userId });
    const facts = presentedToken(token);
    if (facts) attempt.note({ facts: { token: facts } });
    if (SIGNATURE_CODES.has(result.refusal.code))
      attempt.note({ facts: { signature_matches: signatureMatches(token, secretCandidates) } });
    return result;
  });
}

function admitUser(
  identity: Identity,
  attempt: Attempt,
  options: AuthenticateOptions,
): MaybePromise<StepResult<Principal>> {
  attempt.note({ userId: identity.userId });
  const status = attempt.step('user_status', () => findActiveUser(identity, attempt, options));
  return whenKnown(status, (found) =>
    found.ok ? attempt.stepNow('permission', () => checkPermission(identity, found.value, options)) : found,
  );
}

function checkPermission(
  identity: Identity,
  status: Principal['status'],
  { revocationFeed }: AuthenticateOptions,
): StepResult<Principal> {
  if (!identity.permissions.includes('chat') || !status.permissions.includes('chat'))
    return { ok: false, refusal: refusal('permission_missing', 'The permission `chat` is missing.') };
  // Asked again: it may have been revoked while the directory was.
  const revoked = revocationFeed.view.refusalFor(identity);
  return revoked ? { ok: false, refusal: revoked } : { ok: true, value: { identity, status } };
}

function findActiveUser(
  identity: Identity,
  attempt: Attempt,
  options: AuthenticateOptions,
): MaybePromise<StepResult<Principal['status']>> {
  const { directory, revocationFeed } = options;
  // At the same time, so that an outage costs the time of one question.
  const isRevocationKnown = revocationFeed.isKnown();
  const status = directory.lookup(identity);
  const judge = (isKnown: boolean, found: UserLookup) =>
    judgeStatus({ identity, isRevocationKnown: isKnown, status: found }, attempt, options);
  return typeof isRevocationKnown === 'boolean'
    ? whenKnown(status, (found) => judge(isRevocationKnown, found))
    : Promise.all([isRevocationKnown, status]).then(([isKnown, found]) => judge(isKnown, found));
}

interface Findings {
  identity: Identity;
  isRevocationKnown: boolean;
  status: UserLookup;
}

function judgeStatus(
  { identity, isRevocationKnown, status }: Findings,
  attempt: Attempt,
  { ownIssuer, circuit }: AuthenticateOptions,
): StepResult<Principal['status']> {
  const unavailable = (error: string): StepResult<never> => {
    attempt.note({ facts: { dependency: { name: 'auth', error, circuit: circuit() } } });
    return { ok: false, refusal: refusal('auth_unavailable') };
  };
  // The directory says what was the matter; the feed only that there is none.
  if (!isRevocationKnown)
    return unavailable(status.kind === 'unavailable' ? status.error : 'revocations could not be read');
  switch (status.kind) {
    case 'active':
      return { ok: true, value: identity.issuer === ownIssuer ? status : withRightsOf(identity, status) };
    case 'inactive':
      attempt.note({ facts: { user: { exists: true, active: false } } });
      return { ok: false, refusal: refusal('user_inactive') };
    case 'unknown':
      attempt.note({ facts: { user: { exists: false } } });
      return { ok: false, refusal: refusal('user_unknown') };
    case 'unavailable':
      return unavailable(status.error);
  }
}

/** An account of another issuer's user is a place to be deactivated at: its rights are those that the mapping gives. */
function withRightsOf(identity: Identity, status: Principal['status']): Principal['status'] {
  return { ...status, roles: identity.roles, permissions: identity.permissions };
}
