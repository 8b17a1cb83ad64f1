import { refusal } from '@netra/protocol';
import type { JWK } from 'jose';
import { verificationKeyOf } from './algorithms.ts';
import type { KeySource } from './key-source.ts';

/** The public keys of this very process. Unusable members of the set are left out. */
export async function localKeys(publicKeys: readonly JWK[]): Promise<KeySource> {
  const usable = await Promise.all(publicKeys.map(verificationKeyOf));
  const keys = new Map(usable.flatMap((key) => (key === undefined ? [] : [[key.kid, key] as const])));
  return {
    async find(kid) {
      const key = keys.get(kid);
      return key === undefined
        ? { found: false, refusal: refusal('token_key_unknown') }
        : { found: true, key };
    },
  };
}
