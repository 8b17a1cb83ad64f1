import { createHmac, type KeyObject, sign } from 'node:crypto';

/** Signs what is between the dots. */
export type Signer = (input: string) => Buffer;

export function hs256(secret: Uint8Array): Signer {
  return (input) => createHmac('sha256', secret).update(input).digest();
}

export function es256(key: KeyObject): Signer {
  return (input) => sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

export function rs256(key: KeyObject): Signer {
  return (input) => sign('sha256', Buffer.from(input), key);
}

/** A token of exactly this header and these claims: objects, or the JSON text itself where an object cannot say it. */
export function forge(header: object | string, claims: object | string, signer: Signer): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

function encode(part: object | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}
