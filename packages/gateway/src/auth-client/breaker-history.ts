import type { BreakerEvidence } from '@netra/diagnosis';
import type { CircuitBreakerState } from '@netra/service';

/** After so long without another failure, the next one begins a new series. */
const SERIES_ENDS_MS = 60_000;
/** Told so long after its last failure. */
const REMEMBERED_MS = 15 * 60_000;

export interface BreakerHistory {
  /** A call that was made and failed, in words without secrets. */
  failed(error: string): void;
  changed(state: CircuitBreakerState): void;
  read(): Pick<BreakerEvidence, 'opened_at' | 'failures' | 'first_error'>;
}

/** What opened the breaker: the calls it then refuses no longer say why. */
export function createBreakerHistory({ now }: { now: () => number }): BreakerHistory {
  let series:
    | { firstError: string; failures: number; lastAtMs: number; openedAtMs: number | undefined }
    | undefined;
  return {
    failed(error) {
      const nowMs = now();
      if (series === undefined || nowMs - series.lastAtMs > SERIES_ENDS_MS)
        series = { firstError: error, failures: 0, lastAtMs: nowMs, openedAtMs: undefined };
      series.failures++;
      series.lastAtMs = nowMs;
    },
    changed(state) {
      if (state === 'open' && series !== undefined) series.openedAtMs ??= now();
    },
    read() {
      if (series === undefined || now() - series.lastAtMs > REMEMBERED_MS) return {};
      const { firstError, failures, openedAtMs } = series;
      return {
        first_error: firstError,
        failures,
        ...(openedAtMs === undefined ? {} : { opened_at: new Date(openedAtMs).toISOString() }),
      };
    },
  };
}
