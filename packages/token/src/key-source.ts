import type { Refusal } from '@netra/protocol';
import type { CryptoKey, KeyObject } from 'jose';
import type { Algorithm } from './algorithms.ts';

/** A public key and the one algorithm it may be used with: a token's header never chooses how a key is used. */
export interface VerificationKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly key: CryptoKey | KeyObject | Uint8Array;
}

export type KeyLookup =
  | { readonly found: true; readonly key: VerificationKey }
  | { readonly found: false; readonly refusal: Refusal };

/** Where verification keys come from: `localKeys` (the auth service's own) or `remoteKeys` (a JWKS address). */
export interface KeySource {
  /** Refusals: `token_key_unknown`, or `keys_unavailable` while nobody can say whether the key exists. */
  find(kid: string): Promise<KeyLookup>;
}
