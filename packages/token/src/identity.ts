import type { Permission, Role } from '@netra/protocol';

declare const brand: unique symbol;

/** Whether a user of this issuer who is new here gets an account at the first token (`just-in-time`) or is refused. */
export type Provisioning = 'none' | 'just-in-time';

/**
 * Who is behind a verified token. Only `createVerifier` makes one: the brand is a symbol that no other module can name,
 * so "an authenticated user without a verified token" does not compile anywhere in the product.
 */
export interface Identity {
  readonly [brand]: true;
  readonly issuer: string;
  /** Own issuer: `sub`. Any other: `ext_…`, made of issuer and `sub`, so the same `sub` of two issuers is two users. */
  readonly userId: string;
  /** Own issuer: `sid`. Any other: `ext_…`, made of issuer and its session, or of issuer and user where it names none. */
  readonly sessionId: string;
  /** Unique together with `issuer`. Made of what was signed where the issuer numbers no tokens. */
  readonly jti: string;
  /** Id of the key that signed; absent for a shared secret without an id. */
  readonly kid?: string;
  /** `e2e` marks tokens of test users. It labels; it changes no check. */
  readonly tokenKind: 'user' | 'e2e';
  readonly provisioning: Provisioning;
  /** As the issuer says, for an account made just in time. Never a key to an account. */
  readonly email?: string;
  readonly name?: string;
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  readonly environment: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** `expiresAtMs` plus the skew: the one instant at which everything that came from this token ends. */
  readonly deadlineMs: number;
}

/** What the verifier knows once every check has passed. */
export type VerifiedClaims = Omit<Identity, typeof brand>;

/** Not exported by the package: the verifier is the only caller. */
export function identityOf(claims: VerifiedClaims): Identity {
  // The brand exists in types only; this is the one place that may put it on.
  return Object.freeze({ ...claims }) as Identity;
}
