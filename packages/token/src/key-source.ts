import type { KeyObject } from 'node:crypto';
import type { Refusal } from '@netra/protocol';
import type { Algorithm } from './algorithms.ts';
import type { MaybePromise } from './when-known.ts';

/** A key and the one algorithm it may be used with: a token's header never chooses how a key is used. */
export interface VerificationKey {
  /** Absent for a shared secret without an id. */
  readonly kid?: string;
  readonly algorithm: Algorithm;
  readonly key: KeyObject;
}

export type KeyLookup =
  | { readonly found: true; readonly key: VerificationKey }
  | { readonly found: false; readonly refusal: Refusal };

/** Where verification keys come from: `localKeys`, `remoteKeys`, `oidcKeys` or `sharedSecretKeys`. */
export interface KeySource {
  /**
   * The key for this id; `undefined` where the token names none. At once where nobody has to be asked; else
   * a native promise.
   * Refusals: `token_key_unknown`, or `keys_unavailable` while nobody can say whether the key exists.
   */
  find(kid: string | undefined): MaybePromise<KeyLookup>;
  /**
   * The key that `find` would give, as far as that is known without waiting. A remembered verdict stands only while this
   * is the very key object that it was made with, so a source that replaces or revokes a key ends what it had signed.
   */
  current(kid: string | undefined): VerificationKey | undefined;
}
