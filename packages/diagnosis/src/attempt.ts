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
    /** The name of the setting that holds the secret which tokens are checked with, e.g. `JWT_SECRET_STAGING`. */
    readonly key_source?: string;
    /** The key check value of that secret: tells two secrets apart and says nothing about either. */
    readonly key_check_value?: string;
  };
  /**
   * Names of the settings whose secrets would have verified the token, e.g. `['JWT_SECRET_KEY']`; empty when none of
   * those tried would. Recorded at the refusal, because the token is not kept.
   */
  readonly signature_matches?: readonly string[];
  readonly allowed_origins?: readonly string[];
  /** Which of the upgrade's headers arrived. */
  readonly upgrade?: {
    readonly method?: string;
    readonly connection?: string;
    readonly upgrade?: string;
    readonly has_websocket_key?: boolean;
    /** A `Via` or `X-Forwarded-*` header was there: something stands in between. */
    readonly is_proxied?: boolean;
    readonly has_subprotocol?: boolean;
    readonly has_authorization?: boolean;
  };
  /** Where the connection came from, as far as forwarding goes. */
  readonly proxy?: {
    /** The peer is one of `TRUSTED_PROXIES`. */
    readonly is_trusted: boolean;
    /** It sent a forwarding header. */
    readonly has_forwarded: boolean;
    readonly peer_address?: string;
  };
  /** About the key of end-to-end tests. */
  readonly e2e?: { readonly is_key_configured?: boolean; readonly is_key_presented?: boolean };
  /** The dependency that failed, in words without secrets. */
  readonly dependency?: {
    readonly name: 'auth' | 'database' | 'keys' | 'model' | 'redis' | 'mcp' | 'tool';
    /** Which one, where there are several: a model, an MCP server, a tool. */
    readonly instance?: string;
    readonly error?: string;
    /** The HTTP status that it answered. */
    readonly status?: number;
    readonly circuit?: 'closed' | 'open' | 'half_open';
  };
  /** The limit that was hit. */
  readonly limit?: {
    readonly name: string;
    readonly limit: number;
    readonly observed?: number;
    readonly per?: 'address' | 'user' | 'node';
  };
  /** What the user directory said. */
  readonly user?: { readonly exists: boolean; readonly active?: boolean };
  /** The exception behind an `internal_error`. */
  readonly exception?: {
    readonly name: string;
    /** File and line, as in a stack trace, relative to the project. */
    readonly location?: string;
    readonly release?: string;
  };
}

/** Times are ISO 8601. */
export interface PresentedToken {
  readonly algorithm?: string;
  readonly type?: string;
  readonly key_id?: string;
  readonly issuer?: string;
  readonly audience?: string | readonly string[];
  readonly environment?: string;
  /** Its subject, where that is a user of end-to-end tests: of anybody else nothing unproven is kept. */
  readonly test_user?: string;
  readonly issued_at?: string;
  readonly not_before?: string;
  readonly expires_at?: string;
}
