import { hkdfSync } from 'node:crypto';

export interface Secrets {
  /** Signs session cookies and encrypts what the identity library keeps. */
  identitySecret: string;
  /** AES-256 key for private keys in the database. */
  keyEncryptionKey: Uint8Array;
}

/** One secret to configure, one purpose per derived key (RFC 5869): a leak of one says nothing about the others. */
export function deriveSecrets(encryptionKey: string): Secrets {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', encryptionKey, 'netra.auth', purpose, 32));
  return {
    identitySecret: Buffer.from(derive('identity')).toString('base64url'),
    keyEncryptionKey: derive('private-keys-at-rest'),
  };
}
