export interface BackoffOptions {
  /** Upper bound of the first wait. */
  readonly baseMs: number;
  /** Upper bound of every wait. */
  readonly capMs: number;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/**
 * How long to wait after the `failures`-th failure in a row (1 is the first).
 * Full jitter: anything between 0 and the doubling bound, so that a crowd that was cut off together does not return together.
 */
export function fullJitterMs(failures: number, { baseMs, capMs, random }: BackoffOptions): number {
  const bound = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(0, failures - 1), 30));
  return Math.round(bound * random());
}
