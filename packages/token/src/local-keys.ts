import { refusal } from '@netra/protocol';
import type { JWK } from 'jose';
import type { KeySource } from './key-source.ts';
import { type KeysById, keysById } from './keys-by-id.ts';

export interface LocalKeys extends KeySource {
  /** From now on these are the keys: for a ring that turned. What a missing key had signed is refused from here on. */
  replace(publicKeys: readonly JWK[]): void;
}

/** The public keys of this very process. Unusable members of the set are left out. */
export function localKeys(publicKeys: readonly JWK[]): LocalKeys {
  let keys: KeysById = keysById(publicKeys);
  const current: KeySource['current'] = (kid) => keys.get(kid)?.key;
  return {
    current,
    find(kid) {
      const key = current(kid);
      return key === undefined
        ? { found: false, refusal: refusal('token_key_unknown') }
        : { found: true, key };
    },
    replace(nextKeys) {
      keys = keysById(nextKeys, keys);
    },
  };
}
