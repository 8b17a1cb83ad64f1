import { createHmac } from 'node:crypto';

/** 48 bits tell two secrets apart and say nothing about one of 256. */
const CHECK_VALUE_CHARS = 12;

/**
 * A fingerprint of a secret that may be shown: the same on two machines exactly when they hold the same secret for the
 * same purpose in the same environment. 12 hexadecimal digits of an HMAC.
 */
export function keyCheckValue(
  bytes: Uint8Array,
  { purpose, environment }: { purpose: string; environment: string },
): string {
  return createHmac('sha256', bytes)
    .update(JSON.stringify(['netra key check value', purpose, environment]))
    .digest('hex')
    .slice(0, CHECK_VALUE_CHARS);
}
