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

/** Where an installation chooses `JWT_SECRET_*`, nothing that the ring signed is accepted any more. */
export function tokenKeys(ring: KeyRing, secret: ResolvedSecret | undefined, log: Logger): TokenKeys {
  if (secret === undefined) return ring;
  log.info(
    { source: secret.source, check_value: secret.checkValue },
    'tokens are signed with a shared secret',
  );
  return {
    signer: async () => ({ header: { alg: 'HS256' }, key: secret.bytes }),
    keySource: sharedSecretKeys({ secret: secret.bytes }),
    publicKeys: async () => [],
  };
}
