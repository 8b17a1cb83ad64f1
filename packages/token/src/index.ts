export type { Algorithm } from './algorithms.ts';
export { type CachedKeys, REMOTE_KEYS } from './cached-keys.ts';
export type { Identity, Provisioning } from './identity.ts';
export type { KeyLookup, KeySource, VerificationKey } from './key-source.ts';
export { type LocalKeys, localKeys } from './local-keys.ts';
export { type OidcKeysOptions, oidcKeys } from './oidc-keys.ts';
export { type RemoteKeysOptions, remoteKeys } from './remote-keys.ts';
export type { RevocableToken, RevocationView } from './revocation-view.ts';
export { createRevocations, type Revocations, type RevocationsOptions } from './revocations.ts';
export { keyCheckValue } from './secrets/key-check-value.ts';
export {
  type ResolvedSecret,
  type ResolveSecretOptions,
  resolveSecret,
  type SecretResolution,
} from './secrets/resolve-secret.ts';
export {
  MIN_SECRET_BYTES,
  type SecretFault,
  type SecretFaultCode,
  secretFault,
} from './secrets/secret-fault.ts';
export type { SecretProblem, SecretProblemCode } from './secrets/secret-problem.ts';
export { type SharedSecret, sharedSecretKeys } from './shared-secret-keys.ts';
export {
  type ClaimMap,
  type ClaimPath,
  type ForeignIssuerOptions,
  foreignIssuer,
  type OwnIssuerOptions,
  ownIssuer,
  type RoleRule,
  type TrustedIssuer,
} from './trusted-issuer.ts';
export { createVerifier, type Verdict, type Verifier, type VerifierOptions } from './verifier.ts';
export { type MaybePromise, whenKnown } from './when-known.ts';
