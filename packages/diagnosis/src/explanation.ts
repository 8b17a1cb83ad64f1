import type { ReasonCode } from '@netra/protocol';

/** Why an attempt ended as it did (PROTOCOL §7). The code says what was seen, a root cause what to mend. */
export interface Explanation {
  readonly attempt_id: string;
  readonly code: ReasonCode;
  readonly summary: string;
  /** Best first; empty when no rule fits. */
  readonly causes: readonly Cause[];
  readonly ruled_out: readonly RuledOut[];
  readonly path: readonly {
    readonly step: string;
    readonly outcome: string;
    readonly duration_ms: number;
  }[];
}

export interface Cause {
  readonly root_cause: RootCause;
  /** 0-1. 1 is for what the record itself proves. */
  readonly confidence: number;
  readonly whys: readonly Why[];
  readonly fix: { readonly action: string; readonly command?: string };
}

export interface Why {
  readonly question: string;
  readonly answer: string;
  readonly evidence: readonly Observation[];
}

export interface Observation {
  /** Where it was seen, e.g. `attempt.facts.token.expires_at`. */
  readonly source: string;
  readonly observed: string;
  readonly expected?: string;
}

export interface RuledOut {
  readonly root_cause: RootCause;
  readonly because: string;
}

/** Everything that the rules can name. */
export type RootCause =
  | 'auth_down'
  | 'auth_slow'
  | 'circuit_open'
  | 'client_left_early'
  | 'client_protocol_error'
  | 'client_timeout_too_short'
  | 'clock_skew'
  | 'code_defect'
  | 'connection_limit_hit'
  | 'credential_not_sent'
  | 'database_down'
  | 'key_rotated_without_overlap'
  | 'origin_not_configured'
  | 'permission_not_granted'
  | 'proxy_dropped_upgrade'
  | 'proxy_removed_credential'
  | 'service_credential_rejected'
  | 'session_over'
  | 'ticket_elsewhere'
  | 'ticket_reused'
  | 'ticket_stale'
  | 'token_stale_client'
  | 'token_tampered'
  | 'user_deactivated'
  | 'user_missing'
  | 'wrong_audience'
  | 'wrong_environment'
  | 'wrong_issuer'
  | 'wrong_token_kind';
