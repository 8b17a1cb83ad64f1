/** Addresses remembered; beyond it the one that asked longest ago is forgotten. */
const MAX_KEYS = 10_000;

/** A token bucket per key that fills evenly and holds `burst`; without it, a minute's worth. */
export function createRateLimit({
  perMinute,
  burst = perMinute,
  now,
}: {
  perMinute: number;
  burst?: number;
  now: () => number;
}): {
  /** Takes one; 0 when it was there, else the milliseconds until there is one. */
  take(key: string): number;
} {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const refillMs = 60_000 / perMinute;

  return {
    take(key) {
      const nowMs = now();
      const before = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
      // A clock that is put back gives nothing and takes nothing.
      const tokens = Math.min(burst, before.tokens + Math.max(0, nowMs - before.atMs) / refillMs);
      const isGranted = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isGranted ? tokens - 1 : tokens, atMs: nowMs });
      const oldest = buckets.size > MAX_KEYS ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
      return isGranted ? 0 : Math.ceil((1 - tokens) * refillMs);
    },
  };
}
