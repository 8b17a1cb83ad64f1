export type { Identity } from './identity.ts';
export type { KeyLookup, KeySource, VerificationKey } from './key-source.ts';
export { localKeys } from './local-keys.ts';
export { type RemoteKeysOptions, remoteKeys } from './remote-keys.ts';
export { createVerifier, type Verdict, type Verifier, type VerifierOptions } from './verifier.ts';
