import { ROLES, type Role } from '@netra/protocol';
import type { Algorithm } from './algorithms.ts';
import type { Provisioning } from './identity.ts';
import type { KeySource } from './key-source.ts';

/** A claim's name, taken as it is, or the path to a claim within claims: `['realm_access', 'roles']`. */
export type ClaimPath = string | readonly string[];

/** Which claims hold what. A claim that is not named here is not read. */
export interface ClaimMap {
  readonly userId: ClaimPath;
  readonly sessionId?: ClaimPath;
  readonly tokenId?: ClaimPath;
  /** Without it, permissions are those of the roles. */
  readonly permissions?: ClaimPath;
  readonly email?: ClaimPath;
  readonly name?: ClaimPath;
}

/** Roles come from here only: a word that is not in the map grants nothing. */
export interface RoleRule {
  /** A list of words, or text with words separated by spaces. */
  readonly claim?: ClaimPath;
  readonly map: Readonly<Record<string, Role>>;
  /** For a token that no word of the map gives a role. */
  readonly fallback?: Role;
}

/** Whose tokens are accepted, and how they are read. Made by `ownIssuer` or `foreignIssuer`. */
export interface TrustedIssuer {
  /** `own`: ids are taken as they are, and every mapped claim must be there. `foreign`: ids are made of issuer and claim. */
  readonly kind: 'own' | 'foreign';
  /** The accepted `iss`, compared character by character; mind the final slash. */
  readonly issuer: string;
  readonly keys: KeySource;
  /** Accepted header `typ`, whatever its case, with or without `application/`; `''` accepts a token without one. */
  readonly types: readonly string[];
  readonly audience: string;
  /** Narrows what the keys allow. Default: the algorithm that each key is pinned to. */
  readonly algorithms?: readonly Algorithm[];
  readonly claims: ClaimMap;
  readonly roles: RoleRule;
  readonly provisioning: Provisioning;
  /** `claim`: the token's `env` must be this environment. `trusted`: the issuer serves this environment alone. */
  readonly environment: 'claim' | 'trusted';
}

const OWN_CLAIMS: ClaimMap = { userId: 'sub', sessionId: 'sid', tokenId: 'jti', permissions: 'permissions' };
const OWN_ROLES: RoleRule = {
  claim: 'roles',
  // A newer auth service may know more roles than this process: what is not known here grants nothing here.
  map: Object.fromEntries(ROLES.map((role) => [role, role])),
};

export interface OwnIssuerOptions {
  /** The auth service's public URL. */
  issuer: string;
  keys: KeySource;
  /** `netra` for users, `netra-service` for services. */
  audience: string;
  algorithms?: readonly Algorithm[];
}

/** The auth service of this installation: tokens as PROTOCOL §5 describes them. */
export function ownIssuer(options: OwnIssuerOptions): TrustedIssuer {
  return Object.freeze({
    ...options,
    kind: 'own',
    types: ['at+jwt'],
    claims: OWN_CLAIMS,
    roles: OWN_ROLES,
    provisioning: 'none',
    environment: 'claim',
  });
}

export type ForeignIssuerOptions = Pick<TrustedIssuer, 'issuer' | 'keys' | 'audience' | 'algorithms'> &
  Partial<Pick<TrustedIssuer, 'types' | 'roles' | 'provisioning' | 'environment'>> & {
    /** Added to, or replacing, `sub`, `sid`, `jti`, `email` and `name`. */
    claims?: Partial<ClaimMap>;
  };

const FOREIGN_CLAIMS: ClaimMap = {
  userId: 'sub',
  sessionId: 'sid',
  tokenId: 'jti',
  email: 'email',
  name: 'name',
};

const FOREIGN_ROLES: RoleRule = { map: {}, fallback: 'user' };

/**
 * Another issuer: a product that embeds Netra, or an OpenID Connect provider. Defaults: `typ` `JWT` or `at+jwt`, the usual
 * claims, no accounts made, every user the role `user` and no other, the environment trusted.
 */
export function foreignIssuer(options: ForeignIssuerOptions): TrustedIssuer {
  return Object.freeze({
    types: ['JWT', 'at+jwt'],
    roles: FOREIGN_ROLES,
    provisioning: 'none',
    environment: 'trusted',
    ...options,
    kind: 'foreign',
    claims: { ...FOREIGN_CLAIMS, ...options.claims },
  });
}
