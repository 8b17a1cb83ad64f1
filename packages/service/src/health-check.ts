/** One line of `/health/ready`: what was looked at, and what was found. `detail` holds no secret. */
export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
  readonly durationMs?: number;
}
