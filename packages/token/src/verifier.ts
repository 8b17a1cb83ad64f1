import { type Refusal, refusal } from '@netra/protocol';
import { compactVerify } from 'jose';
import { checkClaims } from './claims.ts';
import { parseCompact } from './compact.ts';
import { type Identity, identityOf } from './identity.ts';
import type { KeySource, VerificationKey } from './key-source.ts';

export type Verdict =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Verifier {
  /** Never throws for anything a client can send; a refusal has one code and never a part of the token. */
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

/**
 * The one judge of tokens, for REST and WebSocket alike (PROTOCOL §5).
 *
 *     form and header → key → signature → issuer → audience → environment → times → required claims
 *
 * Not checked here: whether the session still exists and the user is still active.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { keys, issuer, audience, environment, now = Date.now } = options;
  return {
    async verify(token) {
      const parsed = parseCompact(token);
      if (!parsed.ok) return parsed;
      const { kid, algorithm, claims } = parsed.token;
      const lookup = await keys.find(kid);
      if (!lookup.found) return { ok: false, refusal: lookup.refusal };
      if (lookup.key.algorithm !== algorithm) {
        return {
          ok: false,
          refusal: refusal('token_algorithm_refused', 'the key is not for this algorithm'),
        };
      }
      if (!(await isSignedBy(token, lookup.key)))
        return { ok: false, refusal: refusal('token_signature_invalid') };
      const checked = checkClaims(claims, { issuer, audience, environment, nowMs: now() });
      return checked.ok ? { ok: true, identity: identityOf(checked.claims) } : checked;
    },
  };
}

async function isSignedBy(token: string, { key, algorithm }: VerificationKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
    return true;
  } catch {
    // Form, header and key were judged before, so what jose can still object to is the signature.
    return false;
  }
}
