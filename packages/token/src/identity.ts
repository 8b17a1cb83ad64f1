import type { Permission, Role } from '@netra/protocol';

declare const brand: unique symbol;

/**
 * Who is behind a verified token. Only `createVerifier` makes one: the brand is a symbol that no other module can name,
 * so "an authenticated user without a verified token" does not compile anywhere in the product.
 */
export interface Identity {
  readonly [brand]: true;
  readonly issuer: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly jti: string;
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
