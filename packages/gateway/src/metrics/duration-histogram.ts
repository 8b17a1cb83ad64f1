/** Upper bounds in milliseconds; what is longer than the last counts as `+Inf`. */
export const DURATION_BOUNDS_MS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 3_000, 5_000,
] as const;

/** How often something took how long. Plain sums: an observation costs less than a microsecond and allocates nothing. */
export class DurationHistogram {
  /** One more than there are bounds. Not cumulative. */
  readonly #counts = new Uint32Array(DURATION_BOUNDS_MS.length + 1);
  #count = 0;
  #sumMs = 0;

  observe(durationMs: number): void {
    let index = 0;
    while (index < DURATION_BOUNDS_MS.length && durationMs > (DURATION_BOUNDS_MS[index] ?? 0)) index++;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    this.#sumMs += durationMs;
  }

  get count(): number {
    return this.#count;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  /** For each bound, how many took at most so long. */
  cumulative(): number[] {
    let total = 0;
    return DURATION_BOUNDS_MS.map((_bound, index) => {
      total += this.#counts[index] ?? 0;
      return total;
    });
  }

  /** The bound that this share (0-1) stayed within; `undefined` before the first observation or beyond the last bound. */
  quantileMs(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    const wanted = share * this.#count;
    const index = this.cumulative().findIndex((total) => total >= wanted);
    return index === -1 ? undefined : DURATION_BOUNDS_MS[index];
  }
}
