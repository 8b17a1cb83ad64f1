import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JWK } from 'jose';
import { ALGORITHMS, type Algorithm, isAlgorithm, ruleOf } from './algorithms.ts';
import type { VerificationKey } from './key-source.ts';
import { hasRocaFingerprint } from './roca.ts';

const MAX_KID_CHARS = 64;
const MIN_RSA_MODULUS_BITS = 2048;
/** 65537. With an exponent of 1 every text is its own signature; small ones have fallen to padding attacks. */
const RSA_EXPONENT = 'AQAB';

/** A key id that cannot be a path, a URL or a query: letters, digits and `-_.@`, at most 64 of them. */
export function isPlainKid(kid: unknown): kid is string {
  return typeof kid === 'string' && kid.length <= MAX_KID_CHARS && /^[A-Za-z0-9_.@-]+$/.test(kid);
}

/**
 * Turns one member of a key set into a pinned key; `undefined` for a key that must not verify tokens here: another use,
 * no plain id, an unsupported or weak kind, an `alg` that disagrees with the kind. Secrets never come in a key set.
 */
export function verificationKeyOf(jwk: JWK): VerificationKey | undefined {
  const { kid, use, key_ops: operations } = jwk;
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined || !isPlainKid(kid)) return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return undefined;
  try {
    const { kty, crv, x, y, n, e } = jwk;
    // The types of Node know no member that is there without a value.
    const publicPart = { kty, crv, x, y, n, e } as JsonWebKey;
    // Private parts are left behind: this key can only check.
    const key = createPublicKey({ key: publicPart, format: 'jwk' });
    const modulusBits = key.asymmetricKeyDetails?.modulusLength;
    if (modulusBits !== undefined && modulusBits < MIN_RSA_MODULUS_BITS) return undefined;
    return { kid, algorithm, key };
  } catch {
    // Not a point on the curve, a broken modulus: a key that cannot be read verifies nothing.
    return undefined;
  }
}

/** The algorithm that this key is pinned to: its own `alg`, or the usual one of its kind. */
function algorithmOf({ kty, crv, alg, n, e }: JWK): Algorithm | undefined {
  if (kty === 'RSA') {
    if (e !== RSA_EXPONENT || typeof n !== 'string' || hasRocaFingerprint(n)) return undefined;
    const named = alg ?? 'RS256';
    return isAlgorithm(named) && ruleOf(named).kty === 'RSA' ? named : undefined;
  }
  const usual = algorithmNames.find((name) => ruleOf(name).kty === kty && ruleOf(name).crv === crv);
  return kty === 'oct' || (alg !== undefined && alg !== usual) ? undefined : usual;
}

const algorithmNames = Object.keys(ALGORITHMS).filter(isAlgorithm);
