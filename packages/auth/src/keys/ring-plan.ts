import { LIMITS, type SigningKeyState } from '@netra/protocol';
import { JWKS_LIFETIME_MS } from './jwks-lifetime.ts';

/** One key of the ring, without its private half. Times in milliseconds since the epoch. */
export interface RingKey {
  readonly kid: string;
  readonly state: SigningKeyState;
  /** When it was made, and so first published. */
  readonly createdAtMs: number;
  /** When a next key is to take over; absent while it is held back. */
  readonly activateAtMs?: number;
  readonly activatedAtMs?: number;
  readonly retiringAtMs?: number;
  readonly revokedAtMs?: number;
}

/** What has to be done now; after it there may be more. */
export type RingStep =
  | { readonly step: 'create'; readonly state: 'active' | 'next'; readonly activateAtMs: number }
  | { readonly step: 'activate'; readonly kid: string }
  | { readonly step: 'schedule'; readonly kid: string; readonly activateAtMs: number }
  | { readonly step: 'expire'; readonly kid: string };

/** A key is published this long before it signs: every verifier's copy of the set has been renewed at least once. */
export const PUBLISH_AHEAD_MS = 2 * JWKS_LIFETIME_MS;
/** A key stays published this long after it signed for the last time: until the last token and the last copy have ended. */
export const RETIRING_MS = LIMITS.accessTokenLifeMs + LIMITS.tokenSkewMs + JWKS_LIFETIME_MS;

/** The next step of a ring by itself. Pure: several processes that look at the same rows come to the same step. */
export function planRing(
  keys: readonly RingKey[],
  { nowMs, rotateAfterMs }: { nowMs: number; rotateAfterMs: number },
): RingStep | undefined {
  const active = keys.find(({ state }) => state === 'active');
  const next = keys.find(({ state }) => state === 'next');
  if (active === undefined) {
    // The very first key, or the active one was revoked: nobody can wait for a key to become known.
    return next === undefined
      ? { step: 'create', state: 'active', activateAtMs: nowMs }
      : { step: 'activate', kid: next.kid };
  }
  if (next?.activateAtMs !== undefined && next.activateAtMs <= nowMs)
    return { step: 'activate', kid: next.kid };
  const dueAtMs = (active.activatedAtMs ?? active.createdAtMs) + rotateAfterMs;
  if (dueAtMs - PUBLISH_AHEAD_MS <= nowMs) {
    if (next === undefined)
      return { step: 'create', state: 'next', activateAtMs: Math.max(dueAtMs, nowMs + PUBLISH_AHEAD_MS) };
    if (next.activateAtMs === undefined)
      return { step: 'schedule', kid: next.kid, activateAtMs: usableAtMs(next, dueAtMs) };
  }
  const ended = keys.find(
    ({ state, retiringAtMs = nowMs }) => state === 'retiring' && retiringAtMs + RETIRING_MS <= nowMs,
  );
  return ended && { step: 'expire', kid: ended.kid };
}

/** The first time at which a next key may sign, not before `wishedMs`. */
export function usableAtMs(next: RingKey, wishedMs: number): number {
  return Math.max(next.createdAtMs + PUBLISH_AHEAD_MS, wishedMs);
}
