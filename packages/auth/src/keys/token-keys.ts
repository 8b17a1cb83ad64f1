import type { Logger } from '@netra/service';
import { type KeySource, type ResolvedSecret, sharedSecretKeys } from '@netra/token';
import type { JWK } from 'jose';
import type { KeyRing, TokenSigner } from './key-ring.ts';

/** What this installation signs with and verifies by: its key ring, or the secret that it chose instead. */
export interface TokenKeys {
  signer(): Promise<TokenSigner>;
  keySource: KeySource;
  /** A shared secret is never among them. */
  publicKeys(): Promise<JWK[]>;
}

export interface TokenKeysOptions {
  ring: KeyRing;
  /** Of `JWT_SECRET_*`, where the installation chose it. */
  sharedSecret: ResolvedSecret | undefined;
  log: Logger;
}

/** With a shared secret, nothing that the ring signed is accepted any more. */
export function tokenKeys({ ring, sharedSecret, log }: TokenKeysOptions): TokenKeys {
  if (sharedSecret === undefined) return ring;
  const { bytes, source, checkValue } = sharedSecret;
  log.info({ source, check_value: checkValue }, 'tokens are signed with a shared secret');
  return {
    signer: async () => ({ header: { alg: 'HS256' }, key: bytes }),
    keySource: sharedSecretKeys({ secret: bytes }),
    publicKeys: async () => [],
  };
}
