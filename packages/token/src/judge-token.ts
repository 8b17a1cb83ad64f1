import { type Refusal, refusal } from '@netra/protocol';
import { placeRefusal, type Times, timeRefusal, timesOf } from './claims.ts';
import { type CompactToken, parseClaims, splitCompact } from './compact.ts';
import { type Header, headerRefusal, readHeader } from './header.ts';
import { type Identity, identityOf } from './identity.ts';
import type { KeyLookup, VerificationKey } from './key-source.ts';
import { readPerson } from './read-identity.ts';
import type { RevocationView } from './revocation-view.ts';
import { isSignedBy } from './signature.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';
import { type MaybePromise, whenKnown } from './when-known.ts';

/** An accepted token, with everything that has to stay as it was for the verdict to stand. */
export interface Accepted {
  readonly ok: true;
  readonly identity: Identity;
  readonly times: Times;
  readonly issuer: TrustedIssuer;
  readonly key: VerificationKey;
  /** Of the revocations that it was last held against; set anew whenever it is held against newer ones. */
  revocationGeneration: number;
}

/** `userId`: whose token it is, where the signature proves that and something else refused it. Evidence, never an identity. */
export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
  readonly userId?: string;
}

export type Judgement = Accepted | Refused;

export interface Court {
  /** By the exact `iss`; `undefined` where nobody trusts it. */
  profileFor(issuer: unknown): TrustedIssuer | undefined;
  readonly environment: string;
  readonly revocations: RevocationView;
  now(): number;
}

/** The ladder, from the form to revocation; see `createVerifier`. At once where the key need not be fetched. */
export function judgeToken(token: string, court: Court): MaybePromise<Judgement> {
  const split = splitCompact(token);
  if (!split.ok) return split;
  const parsed = parseClaims(split.token);
  if (!parsed.ok) return parsed;
  const header = readHeader(split.token.header);
  if (!header.ok) return header;
  const issuer = court.profileFor(parsed.claims.iss);
  if (issuer === undefined)
    return { ok: false, refusal: refusal('token_issuer_untrusted', 'iss is none of the trusted issuers') };
  const refused =
    headerRefusal(header.header, issuer) ?? court.revocations.keyRefusal(issuer.issuer, header.header.kid);
  if (refused) return { ok: false, refusal: refused };
  return whenKnown(issuer.keys.find(header.header.kid), (lookup) => {
    const proof = proveSignature(split.token, header.header, lookup);
    if (!proof.found) return { ok: false, refusal: proof.refusal };
    return judgeClaims(parsed.claims, { token: split.token, issuer, key: proof.key, court });
  });
}

/** The key, if it signed the token; or why it did not. */
function proveSignature(token: CompactToken, header: Header, lookup: KeyLookup): KeyLookup {
  if (!lookup.found) return lookup;
  if (lookup.key.algorithm !== header.algorithm) {
    return {
      found: false,
      refusal: refusal('token_algorithm_refused', 'the key is not for this algorithm'),
    };
  }
  if (isSignedBy(token.signed, token.signature, lookup.key)) return lookup;
  return { found: false, refusal: refusal('token_signature_invalid') };
}

interface Proven {
  token: CompactToken;
  issuer: TrustedIssuer;
  key: VerificationKey;
  court: Court;
}

function judgeClaims(claims: Readonly<Record<string, unknown>>, proven: Proven): Judgement {
  const { token, issuer, key, court } = proven;
  const { environment, revocations } = court;
  const wrongPlace = placeRefusal(claims, issuer, environment);
  if (wrongPlace) return { ok: false, refusal: wrongPlace };
  const timing = timesOf(claims);
  if (!timing.ok) return timing;
  const { times } = timing;
  const wrongTime = timeRefusal(times, court.now());
  const reading = readPerson(claims, issuer, token.signed);
  if (wrongTime)
    return { ok: false, refusal: wrongTime, ...(reading.ok && { userId: reading.person.userId }) };
  if (!reading.ok) return reading;
  const { issuedAtMs, expiresAtMs, deadlineMs } = times;
  const identity = identityOf({
    issuer: issuer.issuer,
    environment,
    ...(key.kid === undefined ? {} : { kid: key.kid }),
    provisioning: issuer.provisioning,
    ...reading.person,
    issuedAtMs,
    expiresAtMs,
    deadlineMs,
  });
  // Read first: what is revoked while we look must make the verdict old.
  const revocationGeneration = revocations.generation();
  const revoked = revocations.refusalFor(identity);
  if (revoked) return { ok: false, refusal: revoked, userId: identity.userId };
  return { ok: true, identity, times, issuer, key, revocationGeneration };
}
