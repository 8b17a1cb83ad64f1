import type { AttemptFacts, AttemptRecord } from './attempt.ts';

/**
 * What is known at the time of explaining, beyond the subject itself. Every part is optional: a probe that was not
 * given, failed or came late leaves its part out, and then the rules that need it say nothing.
 * Holds no secret, token, ticket or message text.
 */
export interface Evidence {
  /** What this installation's verifier wants; stands in where the record holds no `facts.expected`. */
  readonly expected?: NonNullable<AttemptFacts['expected']>;
  /** The auth service as seen now. */
  readonly auth?: AuthEvidence;
  /** The key ids in the key set now. */
  readonly known_key_ids?: readonly string[];
  /** Other attempts around the time, newest first. */
  readonly nearby_attempts?: readonly AttemptRecord[];
  /** Which service holds which key for signing or checking tokens. */
  readonly key_holders?: readonly KeyHolder[];
  /** Keys that left the key set. */
  readonly retired_keys?: readonly RetiredKey[];
  /** The key set as fetched now. */
  readonly key_set?: { readonly reachable: boolean; readonly url?: string; readonly error?: string };
  /** Other installations that this one knows of. */
  readonly environments?: readonly OtherEnvironment[];
  readonly user?: UserEvidence;
  readonly breaker?: BreakerEvidence;
  readonly database?: DatabaseEvidence;
  readonly redis?: { readonly reachable: boolean; readonly error?: string };
  /** Connections that ended around the time, without a close frame. */
  readonly nearby_closes?: readonly { readonly age_ms: number; readonly silence_ms: number }[];
  /** Positive: this machine's clock is ahead of the reference. */
  readonly clock?: { readonly offset_ms: number; readonly reference: string };
  /** What `netra config check` says of each service. */
  readonly config?: readonly ConfigFact[];
  /** Newest first. */
  readonly releases?: readonly ReleaseFact[];
  readonly exception_history?: ExceptionHistory;
  /** How long each step takes on an ordinary day. */
  readonly baselines?: readonly StepBaseline[];
  readonly event_loop?: { readonly max_lag_ms: number; readonly p99_lag_ms?: number; readonly at?: string };
  /** The way to the auth service, taken apart. */
  readonly network?: NetworkSplit;
  /** What a request through the public address looks like when it arrives here. */
  readonly proxy?: ProxyEvidence;
  readonly models?: readonly DependencyState[];
  readonly mcp_servers?: readonly DependencyState[];
  /** Ids under which this service made itself known to the auth service, newest first. */
  readonly service_ids?: readonly { readonly service_id: string; readonly first_seen: string }[];
  readonly draining?: { readonly since: string; readonly release?: string };
  readonly e2e?: {
    readonly is_key_configured?: boolean;
    readonly seeded_users?: number;
    readonly expected_users?: number;
  };
  /** Probes without an answer, and why. */
  readonly not_available?: readonly MissingEvidence[];
}

export interface AuthEvidence {
  readonly reachable: boolean;
  readonly error?: string;
  readonly latency_ms?: number;
  /** Of an ordinary day. */
  readonly baseline_ms?: number;
  readonly started_at?: string;
}

export interface KeyHolder {
  readonly service: string;
  readonly role: 'issuer' | 'verifier';
  /** The name of the setting, or `database` for keys that Netra made. */
  readonly source: string;
  readonly check_value: string;
}

export interface RetiredKey {
  readonly key_id: string;
  readonly state: 'retired' | 'revoked' | 'deleted';
  readonly at: string;
}

export interface OtherEnvironment {
  readonly environment: string;
  readonly issuer: string;
  readonly key_ids?: readonly string[];
}

export interface UserEvidence {
  readonly exists: boolean;
  readonly active?: boolean;
  readonly deleted_at?: string;
  readonly deactivated_at?: string;
  readonly deactivated_by?: string;
  /** An id of the form that `netra seed e2e` uses. */
  readonly is_e2e_id?: boolean;
  /** The store that was asked, e.g. `auth.user of staging`. */
  readonly store?: string;
  /** Another store that has the user. */
  readonly found_in?: string;
}

export interface BreakerEvidence {
  readonly name: string;
  readonly state: 'closed' | 'open' | 'half_open';
  readonly opened_at?: string;
  readonly failures?: number;
  /** The first failure of the series that opened it, in words without secrets. */
  readonly first_error?: string;
}

export interface DatabaseEvidence {
  readonly reachable: boolean;
  readonly error?: string;
  readonly pool?: { readonly max: number; readonly used: number; readonly waiting: number };
  readonly missing_migrations?: readonly string[];
}

export interface ConfigFact {
  readonly service: string;
  readonly setting: string;
  /** `missing`, `legacy`, `weak`, `known`, `short`, `conflict`, `other_environment`, … */
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

export interface ReleaseFact {
  readonly release: string;
  readonly at: string;
}

export interface ExceptionHistory {
  readonly first_seen: string;
  readonly count: number;
  readonly release?: string;
  readonly rate_before_per_min?: number;
  readonly rate_after_per_min?: number;
}

export interface StepBaseline {
  readonly step: string;
  readonly p50_ms: number;
  readonly p95_ms: number;
}

export interface NetworkSplit {
  readonly host: string;
  readonly dns_ms?: number;
  readonly tcp_ms?: number;
  readonly tls_ms?: number;
  readonly http_ms?: number;
  readonly failed_at?: 'dns' | 'tcp' | 'tls' | 'http';
  readonly error?: string;
}

export interface ProxyEvidence {
  readonly passes_upgrade?: boolean;
  readonly passes_authorization?: boolean;
  readonly passes_subprotocol?: boolean;
  /** A silent connection is cut after this. */
  readonly idle_timeout_ms?: number;
  readonly handshake_timeout_ms?: number;
  /** From `Server` or `Via`. */
  readonly name?: string;
}

export interface DependencyState {
  readonly name: string;
  readonly reachable: boolean;
  readonly status?: number;
  readonly error?: string;
}

export interface MissingEvidence {
  readonly probe: string;
  readonly because: 'failed' | 'late' | 'aborted';
}
