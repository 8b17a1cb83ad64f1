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

export function createFailureWindow(options: FailureWindowOptions): FailureWindow {
  const { windowMs, minCalls, failureRatio, probes, now } = options;
  let calls: { atMs: number; isFailure: boolean }[] = [];
  let probesLeft = 0;

  function isTooBad(): boolean {
    const failures = calls.filter(({ isFailure }) => isFailure).length;
    return calls.length >= minCalls && failures >= failureRatio * calls.length;
  }

  function push(isFailure: boolean): void {
    const nowMs = now();
    // A busy window needs no more calls than the newest thousand to be judged.
    calls = [...calls.filter(({ atMs }) => nowMs - atMs < windowMs).slice(-999), { atMs: nowMs, isFailure }];
  }

  return {
    state: undefined,
    isProbing: () => probesLeft > 0,
    success(state) {
      if (state === CircuitState.HalfOpen) {
        calls = [];
        probesLeft = probes;
      }
      probesLeft = Math.max(0, probesLeft - 1);
      push(false);
    },
    failure(state) {
      push(true);
      const mustOpen = state !== CircuitState.Closed || probesLeft > 0 || isTooBad();
      if (mustOpen) probesLeft = 0;
      return mustOpen;
    },
  };
}
