import { CircuitState, type IBreaker } from 'cockatiel';

export interface FailureWindowOptions {
  /** Only calls that ended within this time count. */
  windowMs: number;
  /** Fewer calls than this within the window never open the circuit. */
  minCalls: number;
  /** The circuit opens when at least this part of them failed, from above 0 to 1. */
  failureRatio: number;
  /** Calls that must succeed, one after the other, before an opened circuit counts as closed. */
  probes: number;
  now: () => number;
}

/** Not cockatiel's sampling breaker: that one counts calls of long ago when there was a pause. */
export interface FailureWindow extends IBreaker {
  /** Whether the circuit was open lately and not all of its probes have succeeded. */
  isProbing(): boolean;
}

/** A busy window needs no more calls than the newest thousand to be judged. */
const MAX_CALLS = 1_000;

export function createFailureWindow(options: FailureWindowOptions): FailureWindow {
  const { minCalls, failureRatio, probes } = options;
  let calls = new RecentCalls(options);
  let probesLeft = 0;

  function isTooBad(): boolean {
    return calls.count >= minCalls && calls.failures >= failureRatio * calls.count;
  }

  return {
    state: undefined,
    isProbing: () => probesLeft > 0,
    success(state) {
      if (state === CircuitState.HalfOpen) {
        calls = new RecentCalls(options);
        probesLeft = probes;
      }
      probesLeft = Math.max(0, probesLeft - 1);
      calls.push(false);
    },
    failure(state) {
      calls.push(true);
      const mustOpen = state !== CircuitState.Closed || probesLeft > 0 || isTooBad();
      if (mustOpen) probesLeft = 0;
      return mustOpen;
    },
  };
}

/** Calls within the window, in a ring: one more costs the same however many there are. */
class RecentCalls {
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #endedAtMs: number[] = [];
  readonly #isFailure: boolean[] = [];
  #first = 0;
  #count = 0;
  #failures = 0;

  constructor({ windowMs, now }: Pick<FailureWindowOptions, 'windowMs' | 'now'>) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  get count(): number {
    return this.#count;
  }

  get failures(): number {
    return this.#failures;
  }

  push(isFailure: boolean): void {
    const nowMs = this.#now();
    if (this.#count === MAX_CALLS) this.#forgetFirst();
    while (this.#count > 0 && !this.#isWithin(this.#endedAtMs[this.#first] ?? 0, nowMs)) this.#forgetFirst();
    const index = (this.#first + this.#count) % MAX_CALLS;
    this.#endedAtMs[index] = nowMs;
    this.#isFailure[index] = isFailure;
    this.#count++;
    if (isFailure) this.#failures++;
  }

  /** What lies ahead was counted before the clock was put back, and would shield what is behind it. */
  #isWithin(endedAtMs: number, nowMs: number): boolean {
    return endedAtMs <= nowMs && nowMs - endedAtMs < this.#windowMs;
  }

  #forgetFirst(): void {
    if (this.#isFailure[this.#first] === true) this.#failures--;
    this.#first = (this.#first + 1) % MAX_CALLS;
    this.#count--;
  }
}
