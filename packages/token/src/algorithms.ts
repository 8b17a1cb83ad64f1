import { importJWK, type JWK } from 'jose';
import type { VerificationKey } from './key-source.ts';

/** Asymmetric algorithms that a key may be pinned to. */
const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const MAX_KID_CHARS = 64;
const MIN_RSA_MODULUS_CHARS = 342; // 2048 bits in base64url

export function isAlgorithm(name: unknown): name is Algorithm {
  return ALGORITHMS.some((algorithm) => algorithm === name);
}

/** A key id that cannot be a path, a URL or a query: letters, digits, `-`, `_`, `.`, at most 64 of them. */
export function isPlainKid(kid: unknown): kid is string {
  return typeof kid === 'string' && kid.length <= MAX_KID_CHARS && /^[A-Za-z0-9_.-]+$/.test(kid);
}

function algorithmOf(jwk: JWK): Algorithm | undefined {
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') return 'ES256';
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return 'EdDSA';
  if (jwk.kty === 'RSA' && typeof jwk.n === 'string' && jwk.n.length >= MIN_RSA_MODULUS_CHARS) return 'RS256';
  return undefined;
}

/**
 * Turns one member of a key set into a pinned key; `undefined` for a key that must not verify tokens here:
 * another use, no plain id, an unsupported or weak kind, an `alg` that disagrees with the kind.
 */
export async function verificationKeyOf(jwk: JWK): Promise<VerificationKey | undefined> {
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined || !isPlainKid(jwk.kid)) return undefined;
  if (jwk.use !== undefined && jwk.use !== 'sig') return undefined;
  if (jwk.alg !== undefined && jwk.alg !== algorithm) return undefined;
  const { kty, crv, x, y, n, e } = jwk;
  const publicPart = Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined),
  );
  try {
    return { kid: jwk.kid, algorithm, key: await importJWK(publicPart, algorithm) };
  } catch {
    // Not a point on the curve, a broken modulus: a key that cannot be read verifies nothing.
    return undefined;
  }
}
