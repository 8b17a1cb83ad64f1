import { LIMITS, type Refusal, refusal } from '@netra/protocol';
import { timeRefusal } from './claims.ts';
import type { Identity } from './identity.ts';
import { type Accepted, type Court, judgeToken, type Refused } from './judge-token.ts';
import type { RevocationView } from './revocation-view.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';
import { createVerdictCache, digestOf } from './verdict-cache.ts';
import { type MaybePromise, whenKnown } from './when-known.ts';

export type Verdict = { readonly ok: true; readonly identity: Identity } | Refused;

export interface Verifier {
  /** Never throws for anything a client can send; a refusal has one code and never a part of the token. */
  verify(token: string): Promise<Verdict>;
  /** The same; at once where no key has to be fetched. */
  judge(token: string): MaybePromise<Verdict>;
}

export interface VerifierOptions {
  /**
   * Whose tokens are accepted; this installation's own issuer is one of them. A function may give another list later; give the same
   * objects again where nothing changed, since a verdict is remembered together with its issuer.
   */
  issuers: readonly TrustedIssuer[] | (() => readonly TrustedIssuer[]);
  /** The `env` that a token must carry: one of another environment is refused although its key may be known. */
  environment: string;
  /** Default: nothing is ever revoked. */
  revocations?: RevocationView;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
  /** How many accepted tokens are remembered, by their digest. Default 10,000 (about 1 KB each); 0 remembers none. */
  cache?: { maxEntries?: number };
}

const MAX_CACHE_ENTRIES = 10_000;
const NOTHING_REVOKED: RevocationView = {
  refusalFor: () => undefined,
  keyRefusal: () => undefined,
  generation: () => 0,
};

/**
 * The one judge of tokens, for REST and WebSocket alike (PROTOCOL §5).
 *
 *     size → form → header: crit, alg, kid → issuer → header: its alg, its typ → key, revoked or known → signature
 *          → audience → environment → times → required claims → revocation
 *
 * Which keys and types are right depends on the issuer, so its name is read before anything is proven. It only chooses the
 * profile: one that nobody trusts ends here, and costs no look for a key; any other has to be proven by that one's keys.
 *
 * Accepted tokens are remembered; refusals and outages never are.
 * Not checked here: whether the user still exists and is active.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { environment, revocations = NOTHING_REVOKED, now = Date.now, issuers } = options;
  const cache = createVerdictCache(options.cache?.maxEntries ?? MAX_CACHE_ENTRIES);
  const profileFor = (name: unknown): TrustedIssuer | undefined => {
    const list = typeof issuers === 'function' ? issuers() : issuers;
    return list.find(({ issuer }) => issuer === name);
  };
  const court: Court = { profileFor, environment, revocations, now };

  function judge(token: string): MaybePromise<Verdict> {
    // Before anything that costs time in proportion to it.
    if (token.length > LIMITS.maxTokenBytes)
      return { ok: false, refusal: refusal('token_too_large', `more than ${LIMITS.maxTokenBytes} bytes`) };
    const digest = digestOf(token);
    const remembered = cache.get(digest);
    if (remembered === undefined || !isStanding(remembered, court)) return judgeAnew(token, digest);
    const refused = timeRefusal(remembered.times, now()) ?? revokedSince(remembered, revocations);
    const { identity } = remembered;
    return refused ? { ok: false, refusal: refused, userId: identity.userId } : { ok: true, identity };
  }

  function judgeAnew(token: string, digest: string): MaybePromise<Verdict> {
    return whenKnown(judgeToken(token, court), (judgement) => {
      if (!judgement.ok) return judgement;
      cache.set(digest, judgement);
      return { ok: true, identity: judgement.identity };
    });
  }

  return { judge, verify: async (token) => judge(token) };
}

/** Whether issuer and key are those that the verdict was made with; clock and revocations are asked besides. */
function isStanding({ issuer, key }: Accepted, court: Court): boolean {
  return court.profileFor(issuer.issuer) === issuer && issuer.keys.current(key.kid) === key;
}

function revokedSince(remembered: Accepted, revocations: RevocationView): Refusal | undefined {
  const generation = revocations.generation();
  if (generation === remembered.revocationGeneration) return undefined;
  const revoked = revocations.refusalFor(remembered.identity);
  // A revoked one stays as it is, so that it is asked for, and refused, every time.
  if (revoked === undefined) remembered.revocationGeneration = generation;
  return revoked;
}
