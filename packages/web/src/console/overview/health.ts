import type { OpsStatus } from '@netra/protocol';

/** What is to be held: see docs/operating.md. */
export const HEALTH_LIMITS = { acceptedShare: 0.99, averageMs: 3_000, slowestMs: 5_000 } as const;

/** `none`: nobody came, so there is nothing to judge. */
export type HealthVerdict = 'good' | 'bad' | 'none';

export interface Health {
  readonly success: HealthVerdict;
  readonly average: HealthVerdict;
  readonly slowest: HealthVerdict;
  /** Of the last five minutes: whether it is over, or has just begun. */
  readonly recentShare: number | undefined;
}

type Handshakes = OpsStatus['handshakes'];

const RECENT_MS = 5 * 60_000;

/** Judges the handshakes of the last hour. */
export function healthOf(handshakes: Handshakes, nowMs: number): Health {
  const { accepted_share: share, average_ms: averageMs, slowest_ms: slowestMs } = handshakes;
  return {
    success: verdict(share, (value) => value > HEALTH_LIMITS.acceptedShare),
    average: verdict(averageMs, (value) => value < HEALTH_LIMITS.averageMs),
    slowest: verdict(slowestMs, (value) => value <= HEALTH_LIMITS.slowestMs),
    recentShare: shareSince(handshakes, nowMs - RECENT_MS),
  };
}

function shareSince({ minutes }: Handshakes, sinceMs: number): number | undefined {
  const recent = minutes.filter(({ at }) => Date.parse(at) >= sinceMs);
  const accepted = recent.reduce((sum, minute) => sum + minute.accepted, 0);
  const ended = recent.reduce((sum, minute) => sum + minute.refused, accepted);
  return ended === 0 ? undefined : accepted / ended;
}

function verdict(value: number | undefined, isGood: (value: number) => boolean): HealthVerdict {
  if (value === undefined) return 'none';
  return isGood(value) ? 'good' : 'bad';
}
