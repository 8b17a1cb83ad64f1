import { constants, createHmac, timingSafeEqual, verify } from 'node:crypto';
import { ruleOf } from './algorithms.ts';
import type { VerificationKey } from './key-source.ts';

/** JOSE's forms: r and s of equal length instead of DER (RFC 7518 §3.4), a salt as long as the digest (§3.5). */
const SIGNATURE_FORM = {
  dsaEncoding: 'ieee-p1363',
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const;

/**
 * Whether this key made this signature, by the algorithm that the key is pinned to. On purpose not the asynchronous Web
 * Crypto: its jobs would queue behind password hashing in the thread pool, for longer than the check itself takes
 * (3 to 100 µs), and a handshake must not wait for somebody's sign-in.
 */
export function isSignedBy(
  signed: string,
  signature: Uint8Array,
  { key, algorithm }: VerificationKey,
): boolean {
  const { kty, digest, padding, signatureBytes } = ruleOf(algorithm);
  if (signatureBytes !== undefined && signature.length !== signatureBytes) return false;
  if (kty === 'oct') {
    return timingSafeEqual(createHmac('sha256', key).update(signed).digest(), signature);
  }
  return verify(digest, Buffer.from(signed), { key, padding, ...SIGNATURE_FORM }, signature);
}
