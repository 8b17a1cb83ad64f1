import type { ReasonCode } from '@netra/protocol';

/** The reasons a run can fail with by the agent's own judgement. */
export type AgentRunCode = Extract<
  ReasonCode,
  | 'model_unavailable'
  | 'model_rate_limited'
  | 'model_refused'
  | 'output_limit'
  | 'step_limit'
  | 'tool_failed'
  | 'internal_error'
>;

export interface AgentErrorOptions {
  /** Shown to the user: no secrets, no stack. */
  readonly detail: string;
  /** Whether asking the same again may work. */
  readonly retryable: boolean;
  /** Logged by the caller, never sent. */
  readonly cause?: unknown;
}

/** A run that cannot be finished, with the reason the user is told. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: AgentRunCode;
  readonly detail: string;
  readonly retryable: boolean;

  constructor(code: AgentRunCode, { detail, retryable, cause }: AgentErrorOptions) {
    super(`${code}: ${detail}`, { cause });
    this.code = code;
    this.detail = detail;
    this.retryable = retryable;
  }
}
