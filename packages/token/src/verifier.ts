import type { Refusal } from '@netra/protocol';
import type { Identity } from './identity.ts';
import type { KeySource } from './key-source.ts';

export type Verdict =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Verifier {
  verify(token: string): Promise<Verdict>;
}

export interface VerifierOptions {
  keys: KeySource;
  /** The only accepted `iss`: the auth service's public URL, compared character by character. */
  issuer: string;
  /** `netra` for users, `netra-service` for services. */
  audience: string;
  /** The `env` that a token must carry: one of another environment is refused although its key may be known. */
  environment: string;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
}

export function createVerifier(_options: VerifierOptions): Verifier {
  throw new Error('in progress');
}
