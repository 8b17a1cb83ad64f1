import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  DelegateBackoff,
  handleAll,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import { AppError } from '../app-error.ts';
import { createFailureWindow } from './failure-window.ts';

/** `half_open`: calls are let through one at a time, until enough have succeeded. */
export type CircuitBreakerState = 'closed' | 'open' | 'half_open';

export interface CircuitBreaker {
  state(): CircuitBreakerState;
  /**
   * Runs one call, within the time limit. `isFailure` says which results count as a failure of the dependency; what the
   * call throws always does. While the circuit is open nothing is called.
   * Errors: `circuit_open`, `circuit_timeout`, and the call's own.
   */
  execute<Result>(
    call: (signal: AbortSignal) => Promise<Result>,
    isFailure?: (result: Result) => boolean,
  ): Promise<Result>;
}

export interface CircuitBreakerOptions {
  /** Of the dependency, for errors and logs. */
  name: string;
  /** Of one call. Default 1 s. */
  timeoutMs?: number;
  /** Default 10 s. */
  windowMs?: number;
  /** Default 20. */
  minCalls?: number;
  /** Default 0.5. */
  failureRatio?: number;
  /** How long the circuit stays open, somewhere between the two. Default 5 to 10 s. */
  openMs?: { min: number; max: number };
  /** Default 3. */
  probes?: number;
  /** Milliseconds since the epoch, for the window. How long the circuit stays open goes by the system's clock. */
  now?: () => number;
  /** From 0 to below 1. Default `Math.random`. */
  random?: () => number;
  onStateChange?: (state: CircuitBreakerState) => void;
}

export const CIRCUIT_OPEN = 'circuit_open';
export const CIRCUIT_TIMEOUT = 'circuit_timeout';

/** Stops asking a dependency that fails, so that callers learn it at once and it can recover. */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const {
    name,
    timeoutMs = 1_000,
    windowMs = 10_000,
    minCalls = 20,
    failureRatio = 0.5,
    probes = 3,
  } = options;
  const { openMs = { min: 5_000, max: 10_000 }, now = Date.now, random = Math.random } = options;
  const window = createFailureWindow({ windowMs, minCalls, failureRatio, probes, now });
  const policy = circuitBreaker(handleAll.orWhenResult(isFailed), {
    breaker: window,
    halfOpenAfter: new DelegateBackoff(() => openMs.min + random() * (openMs.max - openMs.min)),
  });
  // Nobody listens to the signal of a call that is over, and to abort it costs a stack trace.
  const limit = timeout(timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
  let isProbeUnderWay = false;
  let announced: CircuitBreakerState = 'closed';

  function state(): CircuitBreakerState {
    if (policy.state === CircuitState.Open) return 'open';
    return policy.state === CircuitState.HalfOpen || window.isProbing() ? 'half_open' : 'closed';
  }

  function announce(): void {
    const current = state();
    if (current === announced) return;
    announced = current;
    options.onStateChange?.(current);
  }

  async function run<Result>(
    call: (signal: AbortSignal) => Promise<Result>,
    isFailure: (result: Result) => boolean,
  ): Promise<Result> {
    try {
      // Not `wrap`, by which all limits would listen to one signal of the policy's: Node warns of so many listeners.
      const outcome = await policy.execute(() =>
        limit.execute(async ({ signal }) => {
          announce();
          const result = await call(signal);
          return new Outcome(result, isFailure(result));
        }),
      );
      return outcome.result;
    } catch (cause) {
      if (cause instanceof BrokenCircuitError) throw circuitOpen(name);
      if (!(cause instanceof TaskCancelledError)) throw cause;
      throw new AppError(CIRCUIT_TIMEOUT, `${name} did not answer within ${timeoutMs} ms.`, { cause });
    } finally {
      announce();
    }
  }

  return {
    state,
    async execute(call, isFailure = () => false) {
      if (state() === 'closed') return run(call, isFailure);
      // cockatiel would let the others wait for the probe: they must hear at once.
      if (isProbeUnderWay) throw circuitOpen(name);
      isProbeUnderWay = true;
      try {
        return await run(call, isFailure);
      } finally {
        isProbeUnderWay = false;
      }
    },
  };
}

/** A class, so that the policy, which sees results of any kind, can tell. */
class Outcome<Result> {
  readonly result: Result;
  readonly isFailure: boolean;
  constructor(result: Result, isFailure: boolean) {
    this.result = result;
    this.isFailure = isFailure;
  }
}

function isFailed(outcome: unknown): boolean {
  return outcome instanceof Outcome && outcome.isFailure;
}

function circuitOpen(name: string): AppError {
  return new AppError(CIRCUIT_OPEN, `The circuit breaker of ${name} is open.`);
}
