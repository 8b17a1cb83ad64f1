import { hash } from 'node:crypto';

/**
 * A stable id within Netra for something that another issuer names: `ext_` and 160 bits in hexadecimal. JSON keeps the
 * parts apart, so that no two different lists of parts become the same text.
 */
export function derivedId(
  kind: 'user' | 'session' | 'user session' | 'token',
  issuer: string,
  name: string,
): string {
  return `ext_${hash('sha256', JSON.stringify([kind, issuer, name])).slice(0, 40)}`;
}
