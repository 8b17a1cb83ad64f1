import type { ReasonCode } from '@netra/protocol';

/** How the credential travelled. */
export type CredentialCarrier = 'authorization_header' | 'subprotocol_ticket' | 'subprotocol_bearer' | 'none';

/** One step of the ladder that an attempt climbed. */
export interface AttemptStep {
  /** E.g. `origin`, `credential`, `token`, `user`, `limits`, `upgrade`. */
  readonly step: string;
  readonly outcome: 'ok' | 'refused' | 'failed' | 'timed_out' | 'client_gone' | 'skipped';
  readonly duration_ms: number;
}

/** What the client showed of itself. */
export interface AttemptClient {
  readonly origin?: string;
  readonly carrier?: CredentialCarrier;
  readonly user_agent?: string;
  /** The label of `X-Client-Type`, of a closed vocabulary. */
  readonly client_type?: string;
}

/**
 * One attempt to open a connection or to use the API, as the gateway stores it.
 * Holds no token, ticket, key or message text.
 */
export interface AttemptRecord {
  readonly attempt_id: string;
  /** ISO 8601, by the server's clock. */
  readonly at: string;
  readonly code: ReasonCode;
  /** The detail that the client was told. */
  readonly detail?: string;
  /** In order. */
  readonly steps: readonly AttemptStep[];
  readonly client: AttemptClient;
  readonly user_id?: string;
  readonly facts?: AttemptFacts;
}

/** What the server saw at the time; every field is optional because each refusal knows something else. */
export interface AttemptFacts {
  /** The token's header and claims as presented. Not verified: evidence, never identity. */
  readonly token?: PresentedToken;
  /** What the verifier wanted. */
  readonly expected?: {
    readonly issuer?: string;
    readonly audience?: string;
    readonly environment?: string;
    readonly type?: string;
    readonly algorithm?: string;
  };
  readonly allowed_origins?: readonly string[];
  /** Which of the upgrade's headers arrived. */
  readonly upgrade?: {
    readonly method?: string;
    readonly connection?: string;
    readonly upgrade?: string;
    readonly has_websocket_key?: boolean;
    /** A `Via` or `X-Forwarded-*` header was there: something stands in between. */
    readonly is_proxied?: boolean;
  };
  /** The dependency that failed, in words without secrets. */
  readonly dependency?: {
    readonly name: 'auth' | 'database' | 'keys' | 'model';
    readonly error?: string;
    readonly circuit?: 'closed' | 'open' | 'half_open';
  };
  /** The limit that was hit. */
  readonly limit?: { readonly name: string; readonly limit: number; readonly observed?: number };
  /** What the user directory said. */
  readonly user?: { readonly exists: boolean; readonly active?: boolean };
  /** The exception behind an `internal_error`. */
  readonly exception?: { readonly name: string; readonly location?: string; readonly release?: string };
}

/** Times are ISO 8601. */
export interface PresentedToken {
  readonly algorithm?: string;
  readonly type?: string;
  readonly key_id?: string;
  readonly issuer?: string;
  readonly audience?: string | readonly string[];
  readonly environment?: string;
  readonly issued_at?: string;
  readonly not_before?: string;
  readonly expires_at?: string;
}

/** What is known at the time of explaining, beyond the attempt itself. */
export interface Evidence {
  /** What this installation's verifier wants; stands in where the record holds no `facts.expected`. */
  readonly expected?: NonNullable<AttemptFacts['expected']>;
  /** The auth service as seen now. */
  readonly auth?: { readonly reachable: boolean; readonly error?: string };
  /** The key ids in the key set now. */
  readonly known_key_ids?: readonly string[];
  /** Other attempts around the time, newest first. */
  readonly nearby_attempts?: readonly AttemptRecord[];
}
