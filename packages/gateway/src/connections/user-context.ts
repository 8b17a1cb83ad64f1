import type { TurnUser } from '@netra/agent';
import { PERMISSIONS, type Permission, ROLES, type Role } from '@netra/protocol';
import type { Identity, RevocableToken } from '@netra/token';
import type { UserStatus } from '../auth-client/user-directory.ts';

declare const brand: unique symbol;

/**
 * Whose connection or request this is. Only `createUserContext` makes one, and it takes an `Identity`, which only the
 * verifier makes: code that handles a user without a verified token does not compile.
 */
export interface UserContext {
  readonly [brand]: true;
  /** Of the connection, or of the single request. */
  readonly traceId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  readonly expiresAtMs: number;
  /** The instant at which everything that came from the token ends. */
  readonly deadlineMs: number;
  /** By which facts what came from the token can be revoked. */
  readonly token: RevocableToken;
  /** What an agent is told about the user. */
  readonly turnUser: TurnUser;
}

type ActiveStatus = Extract<UserStatus, { kind: 'active' }>;

/** What all connections of one verified token have in common, as long as the directory says the same of the user. */
interface Standing extends Pick<UserContext, 'roles' | 'permissions' | 'token' | 'turnUser'> {
  readonly status: ActiveStatus;
}

/** By the verdict's identity: who comes back with the same token costs no second copy. */
const standings = new WeakMap<Identity, Standing>();

/**
 * Builds a frozen context. What the token grants and the directory no longer does is gone:
 * a permission holds only where both name it.
 */
export function createUserContext(options: {
  identity: Identity;
  status: ActiveStatus;
  traceId: string;
}): UserContext {
  const { identity, status, traceId } = options;
  const { roles, permissions, token, turnUser } = standingOf(identity, status);
  const context = {
    traceId,
    userId: identity.userId,
    sessionId: identity.sessionId,
    roles,
    permissions,
    expiresAtMs: identity.expiresAtMs,
    deadlineMs: identity.deadlineMs,
    token,
    turnUser,
  };
  // The brand exists in types only; this is the one place that may put it on.
  return Object.freeze(context) as unknown as UserContext;
}

function standingOf(identity: Identity, status: ActiveStatus): Standing {
  const known = standings.get(identity);
  if (known?.status === status) return known;
  const roles = inCommon(ROLES, identity.roles, status.roles);
  const permissions = inCommon(PERMISSIONS, identity.permissions, status.permissions);
  const turnUser: TurnUser = Object.freeze({
    userId: identity.userId,
    roles,
    permissions,
    ...(status.email === undefined ? {} : { email: status.email }),
    ...(status.name === undefined ? {} : { name: status.name }),
  });
  const standing = { status, roles, permissions, turnUser, token: revocableTokenOf(identity) };
  standings.set(identity, standing);
  return standing;
}

/** What both lists name, in the order of all there is; the first list itself where that is what it says. */
function inCommon<Word extends string>(
  all: readonly Word[],
  granted: readonly Word[],
  held: readonly Word[],
): readonly Word[] {
  const words = all.filter((word) => granted.includes(word) && held.includes(word));
  const isAllOfIt = words.length === granted.length && words.every((word, index) => word === granted[index]);
  // One list less for each connection: it lives with the verdict anyway.
  return Object.freeze(isAllOfIt ? granted : words);
}

/** Only these facts, so that a connection keeps no more of its token than it needs. */
function revocableTokenOf({ issuer, jti, sessionId, userId, issuedAtMs, kid }: Identity): RevocableToken {
  return Object.freeze({ issuer, jti, sessionId, userId, issuedAtMs, ...(kid === undefined ? {} : { kid }) });
}
