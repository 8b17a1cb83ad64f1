import type { Explanation } from '../explanation.ts';

/** Numbers of what a cause did to people. */
export interface Impact {
  readonly users_affected: number;
  readonly attempts_affected: number;
  /** 0-1, of handshakes, over an ordinary time before. */
  readonly success_rate_before?: number;
  /** 0-1, now. */
  readonly success_rate_now?: number;
}

/** Attempts of the same cause. */
export interface Related {
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly attempt_ids?: readonly string[];
}

/** All that a report shows; it looks at nothing else. */
export interface ReportInput {
  readonly explanation: Explanation;
  readonly related?: Related;
  readonly impact?: Impact;
  /** Of the gateway that explained it. */
  readonly environment?: string;
  readonly release?: string;
}
