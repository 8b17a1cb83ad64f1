import { KNOWN_SECRETS, TELLING_WORDS } from './known-secrets.ts';

export type SecretFaultCode = 'short' | 'weak' | 'known';

export interface SecretFault {
  readonly code: SecretFaultCode;
  /** What is wrong, without any part of the secret. */
  readonly message: string;
}

/** RFC 7518 §3.2: as long as the digest. */
export const MIN_SECRET_BYTES = 32;
/** 32 random bytes have about 30 different ones, and their hexadecimal text about 16. */
const MIN_DIFFERENT_BYTES = 10;

/**
 * Why these bytes must not be a secret: fewer than 32, a known default or one that a document printed, or so regular that
 * nobody's generator made them. `undefined` is no proof of strength, only of the absence of these faults.
 */
export function secretFault(secret: Uint8Array): SecretFault | undefined {
  if (secret.length < MIN_SECRET_BYTES) {
    return { code: 'short', message: `it has ${secret.length} bytes; ${MIN_SECRET_BYTES} is the least` };
  }
  const bytes = Buffer.from(secret);
  // A document prints text; what was printed as base64url is known as bytes, too.
  if (KNOWN_SECRETS.has(bytes.toString()) || KNOWN_SECRETS.has(bytes.toString('base64url')))
    return { code: 'known', message: 'it is a known default, or a document printed it' };
  if (TELLING_WORDS.test(bytes.toString('latin1')))
    return { code: 'weak', message: 'it contains words; a random one does not' };
  if (new Set(secret).size < MIN_DIFFERENT_BYTES || isPeriodic(bytes))
    return { code: 'weak', message: 'it repeats itself; a random one does not' };
  return undefined;
}

/** Whether it is one piece, of up to half its length, again and again. */
function isPeriodic(bytes: Buffer): boolean {
  const length = bytes.length;
  for (let period = 1; period <= length / 2; period += 1)
    if (bytes.subarray(period).equals(bytes.subarray(0, length - period))) return true;
  return false;
}
