import { PERMISSIONS, type Permission, permissionsOf, type Refusal, ROLES, type Role } from '@netra/protocol';
import { type Claims, missing } from './claims.ts';
import { derivedId } from './derived-id.ts';
import type { VerifiedClaims } from './identity.ts';
import type { ClaimPath, TrustedIssuer } from './trusted-issuer.ts';

/** Who the token is about; what it grants. Everything of an identity but where, when and by which key. */
type Person = Pick<
  VerifiedClaims,
  'userId' | 'sessionId' | 'jti' | 'tokenKind' | 'email' | 'name' | 'roles' | 'permissions'
>;
type PersonVerdict = { ok: true; person: Person } | { ok: false; refusal: Refusal };

const MAX_ID_CHARS = 255; // RFC 7519 has no bound; OpenID Connect's for `sub`
const MAX_PROFILE_CHARS = 320; // longest e-mail address

/** Reads the claims by the profile of their issuer. `signed`: what the signature is over. */
export function readPerson(claims: Claims, issuer: TrustedIssuer, signed: string): PersonVerdict {
  return issuer.kind === 'own' ? readOwn(claims, issuer) : readForeign(claims, issuer, signed);
}

function readOwn(claims: Claims, { claims: map, roles: rule }: TrustedIssuer): PersonVerdict {
  const userId = read(claims, map.userId);
  if (!isId(userId)) return missing('sub');
  const sessionId = read(claims, map.sessionId);
  if (!isId(sessionId)) return missing('sid');
  const jti = read(claims, map.tokenId);
  if (!isId(jti)) return missing('jti');
  const words = read(claims, rule.claim);
  if (!isTextList(words)) return missing('roles');
  const granted = read(claims, map.permissions);
  if (!isTextList(granted)) return missing('permissions');
  return {
    ok: true,
    person: {
      userId,
      sessionId,
      jti,
      tokenKind: claims.token_kind === 'e2e' ? 'e2e' : 'user',
      roles: rolesOf(words, rule),
      permissions: Object.freeze(PERMISSIONS.filter((permission) => granted.includes(permission))),
    },
  };
}

function readForeign(claims: Claims, profile: TrustedIssuer, signed: string): PersonVerdict {
  const { issuer, claims: map, roles: rule } = profile;
  const subject = read(claims, map.userId);
  if (!isId(subject)) return missing('sub');
  const session = read(claims, map.sessionId);
  const tokenId = read(claims, map.tokenId);
  const email = claims.email_verified === false ? undefined : read(claims, map.email);
  const name = read(claims, map.name);
  const roles = rolesOf(wordsOf(read(claims, rule.claim)), rule);
  return {
    ok: true,
    person: {
      userId: derivedId('user', issuer, subject),
      sessionId: isId(session)
        ? derivedId('session', issuer, session)
        : derivedId('user session', issuer, subject),
      // Not of the whole token: one signature algorithm allows several signatures of the same claims.
      jti: isId(tokenId) ? tokenId : derivedId('token', issuer, signed),
      tokenKind: 'user',
      ...(isProfileText(email) ? { email } : {}),
      ...(isProfileText(name) ? { name } : {}),
      roles,
      permissions: grantedBy(claims, profile, roles),
    },
  };
}

function grantedBy(
  claims: Claims,
  { claims: map }: TrustedIssuer,
  roles: readonly Role[],
): readonly Permission[] {
  const byRoles = permissionsOf(roles);
  if (map.permissions === undefined) return Object.freeze(byRoles);
  // Another issuer narrows what its roles grant; it never widens it.
  const words = wordsOf(read(claims, map.permissions));
  return Object.freeze(byRoles.filter((permission) => words.includes(permission)));
}

function rolesOf(words: readonly string[], { map, fallback }: TrustedIssuer['roles']): readonly Role[] {
  const mapped = words.flatMap((word) => (Object.hasOwn(map, word) ? [map[word]] : []));
  const granted = mapped.length === 0 ? [fallback] : mapped;
  return Object.freeze(ROLES.filter((role) => granted.includes(role)));
}

/** A list of words, or words in one text as in `scope`. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ');
  return isTextList(value) ? value : [];
}

/** Own members only: no token reaches into what every object inherits. */
function read(claims: Claims, path: ClaimPath | undefined): unknown {
  if (path === undefined) return undefined;
  let value: unknown = claims;
  for (const name of typeof path === 'string' ? [path] : path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Claims)[name]; // an object that has this member
  }
  return value;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_CHARS;
}

function isProfileText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_PROFILE_CHARS;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
