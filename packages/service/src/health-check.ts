/** One line of `/health/ready`: what was looked at, and what was found. `detail` holds no secret. */
export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Not as it should be, and yet the service does its work: no reason to take it out of the load balancer. */
  readonly isDegraded?: boolean;
  /** What is wrong, as one of a few words that anybody may read, such as `pool_exhausted`. */
  readonly code?: string;
  readonly detail?: string;
  readonly durationMs?: number;
}

export interface Readiness {
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly httpStatus: 200 | 503;
}

/** What `/health/ready` makes of its lines. */
export function readinessOf(checks: readonly HealthCheck[]): Readiness {
  if (checks.every(({ ok }) => ok)) return { status: 'ok', httpStatus: 200 };
  return checks.every(({ ok, isDegraded = false }) => ok || isDegraded)
    ? { status: 'degraded', httpStatus: 200 }
    : { status: 'unavailable', httpStatus: 503 };
}
