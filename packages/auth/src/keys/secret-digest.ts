import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256: enough for secrets of 256 random bits, which nobody can guess from it. Never for passwords. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In constant time, whatever the lengths. */
export function isSameSecret(left: string, right: string): boolean {
  return timingSafeEqual(digestOf(left), digestOf(right));
}

/** In constant time, as long as both are digests. */
export function isSameDigest(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
