import { LIMITS, type Refusal, refusal } from '@netra/protocol';
import type { TrustedIssuer } from './trusted-issuer.ts';

export type Claims = Readonly<Record<string, unknown>>;

const MAX_EPOCH_S = 8_640_000_000_000; // the last second that Date can hold

/** Audience and environment, in the order of the contract. */
export function placeRefusal(
  claims: Claims,
  issuer: TrustedIssuer,
  environment: string,
): Refusal | undefined {
  const audiences: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(issuer.audience)) {
    return refusal('token_audience_wrong', `aud does not name ${issuer.audience}`);
  }
  if (issuer.environment === 'claim' && claims.env !== environment) {
    return refusal('token_environment_wrong', `env is not ${environment}`);
  }
  return undefined;
}

export interface Times {
  readonly issuedAtMs: number;
  readonly validFromMs: number;
  readonly expiresAtMs: number;
  readonly deadlineMs: number;
}

/** `exp` and `iat` are required, `nbf` is honoured where it is there. */
export function timesOf(claims: Claims): { ok: true; times: Times } | { ok: false; refusal: Refusal } {
  const { exp, iat, nbf } = claims;
  if (!isEpochSeconds(exp)) return missing('exp');
  if (!isEpochSeconds(iat)) return missing('iat');
  if (nbf !== undefined && !isEpochSeconds(nbf)) return missing('nbf');
  const expiresAtMs = exp * 1000;
  return {
    ok: true,
    times: {
      issuedAtMs: iat * 1000,
      validFromMs: Math.max(iat, nbf ?? iat) * 1000,
      expiresAtMs,
      deadlineMs: expiresAtMs + LIMITS.tokenSkewMs,
    },
  };
}

/** Judged at every use, also of a remembered verdict. */
export function timeRefusal(times: Omit<Times, 'issuedAtMs'>, nowMs: number): Refusal | undefined {
  if (nowMs >= times.deadlineMs) {
    return refusal('token_expired', `expired at ${new Date(times.expiresAtMs).toISOString()}`);
  }
  if (times.validFromMs > nowMs + LIMITS.tokenSkewMs) {
    const from = new Date(times.validFromMs).toISOString();
    return refusal('token_not_yet_valid', `valid from ${from}; check the clocks`);
  }
  return undefined;
}

export function missing(claim: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: refusal('token_claim_missing', `${claim} is missing or not of its type`) };
}

function isEpochSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < MAX_EPOCH_S;
}
