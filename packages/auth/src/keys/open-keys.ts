import { createKeyKeeper, type KeyKeeper, type KeyKeeperOptions } from './key-keeper.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { type TokenKeys, type TokenKeysOptions, tokenKeys } from './token-keys.ts';

export interface OpenKeys extends TokenKeys {
  ring: KeyRing;
  keeper: KeyKeeper;
}

/** The key ring, with its first key made where there is none, and what signs tokens. Errors: `encryption_key_wrong`. */
export async function openKeys(
  options: Omit<KeyKeeperOptions, 'onChange'> & Omit<TokenKeysOptions, 'ring'>,
): Promise<OpenKeys> {
  const ring = createKeyRing(options);
  const keeper = createKeyKeeper({ ...options, onChange: ring.invalidate });
  await keeper.turn();
  const keys = tokenKeys({ ...options, ring });
  await keys.signer();
  const { signer, keySource, publicKeys } = keys;
  return { ring, keeper, signer, keySource, publicKeys };
}
