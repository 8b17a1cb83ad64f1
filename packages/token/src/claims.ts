import {
  LIMITS,
  PERMISSIONS,
  type Permission,
  type Refusal,
  ROLES,
  type Role,
  refusal,
} from '@netra/protocol';
import type { VerifiedClaims } from './identity.ts';

export interface Expectation {
  issuer: string;
  audience: string;
  environment: string;
  nowMs: number;
}

export type ClaimsVerdict = { ok: true; claims: VerifiedClaims } | { ok: false; refusal: Refusal };
type Claims = Readonly<Record<string, unknown>>;

const MAX_ID_CHARS = 255; // RFC 7519 has no bound; OpenID Connect's for `sub`
const MAX_EPOCH_S = 8_640_000_000_000; // the last second that Date can hold

/** The checks after the signature, in the order of the contract: issuer, audience, environment, times, the rest. */
export function checkClaims(claims: Claims, expected: Expectation): ClaimsVerdict {
  const wrongPlace = placeRefusal(claims, expected);
  if (wrongPlace) return { ok: false, refusal: wrongPlace };
  const times = timesOf(claims, expected.nowMs);
  if (!times.ok) return times;
  const { sub, sid, jti } = claims;
  if (!isId(sub)) return missing('sub');
  if (!isId(sid)) return missing('sid');
  if (!isId(jti)) return missing('jti');
  if (!isStringList(claims.roles)) return missing('roles');
  if (!isStringList(claims.permissions)) return missing('permissions');
  return {
    ok: true,
    claims: {
      issuer: expected.issuer,
      environment: expected.environment,
      userId: sub,
      sessionId: sid,
      jti,
      // A newer auth service may know more roles than this process: what is not known here grants nothing here.
      roles: known<Role>(ROLES, claims.roles),
      permissions: known<Permission>(PERMISSIONS, claims.permissions),
      ...times.times,
    },
  };
}

function placeRefusal(claims: Claims, expected: Expectation): Refusal | undefined {
  if (claims.iss !== expected.issuer) {
    return refusal('token_issuer_untrusted', `iss is not ${expected.issuer}`);
  }
  const audiences: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(expected.audience)) {
    return refusal('token_audience_wrong', `aud does not name ${expected.audience}`);
  }
  if (claims.env !== expected.environment) {
    return refusal('token_environment_wrong', `env is not ${expected.environment}`);
  }
  return undefined;
}

type Times = Pick<VerifiedClaims, 'issuedAtMs' | 'expiresAtMs' | 'deadlineMs'>;

function timesOf(
  claims: Claims,
  nowMs: number,
): { ok: true; times: Times } | { ok: false; refusal: Refusal } {
  const { exp, iat, nbf } = claims;
  if (!isEpochSeconds(exp)) return missing('exp');
  if (!isEpochSeconds(iat)) return missing('iat');
  if (nbf !== undefined && !isEpochSeconds(nbf)) return missing('nbf');
  const expiresAtMs = exp * 1000;
  const deadlineMs = expiresAtMs + LIMITS.tokenSkewMs;
  if (nowMs >= deadlineMs) {
    return {
      ok: false,
      refusal: refusal('token_expired', `expired at ${new Date(expiresAtMs).toISOString()}`),
    };
  }
  const validFromMs = Math.max(iat, nbf ?? iat) * 1000;
  if (validFromMs > nowMs + LIMITS.tokenSkewMs) {
    const from = new Date(validFromMs).toISOString();
    return { ok: false, refusal: refusal('token_not_yet_valid', `valid from ${from}; check the clocks`) };
  }
  return { ok: true, times: { issuedAtMs: iat * 1000, expiresAtMs, deadlineMs } };
}

function missing(claim: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: refusal('token_claim_missing', `${claim} is missing or not of its type`) };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_CHARS;
}

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isEpochSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < MAX_EPOCH_S;
}

function known<T extends string>(vocabulary: readonly T[], words: readonly string[]): readonly T[] {
  return Object.freeze(vocabulary.filter((word) => words.includes(word)));
}
