/** The network as the doctor sees it. Each call ends with the signal; what cannot be reached rejects. */
export interface DoctorNetwork {
  readonly resolve: (host: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** Opens and closes a connection. */
  readonly connectTcp: (host: string, port: number, signal: AbortSignal) => Promise<void>;
  readonly inspectTls: (host: string, port: number, signal: AbortSignal) => Promise<TlsFacts>;
  /** Follows no redirect. */
  readonly fetch: (url: string, init: FetchInit) => Promise<Response>;
  /** To a `ws:` or `wss:` address: a complete WebSocket handshake with these headers added, and the answer; closes on `101`. */
  readonly upgrade: (url: string, init: UpgradeInit) => Promise<UpgradeAnswer>;
  /** To a `ws:` or `wss:` address. Rejects with `RefusedUpgrade` when the answer is not `101`. */
  readonly openSocket: (url: string, init: SocketInit) => Promise<DoctorSocket>;
}

export interface TlsFacts {
  readonly is_authorized: boolean;
  readonly error?: string;
  /** ISO 8601. */
  readonly valid_to: string;
  readonly names: readonly string[];
}

export interface FetchInit {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface UpgradeInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface UpgradeAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SocketInit {
  readonly protocols: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An open WebSocket. Frames that come before they are asked for are kept. */
export interface DoctorSocket {
  readonly protocol: string;
  send(text: string): void;
  /** The next text frame; rejects when the socket closes or the signal aborts. */
  next(signal: AbortSignal): Promise<string>;
  /** Resolves when it is closed, whoever closes it. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Sends a close frame. */
  close(): void;
  /** Cuts the connection without one. */
  cut(): void;
}

/** What whoever calls the doctor brings. */
export interface DoctorVisit {
  /** Without a slash at the end. */
  readonly url: string;
  /** Where the auth service has an address of its own. Default: `url`. */
  readonly authUrl?: string;
  readonly network: DoctorNetwork;
  /** Epoch milliseconds of the machine of whoever asks. */
  readonly now: () => number;
  /** An access token, or the key of end-to-end tests; neither leaves the machine but in the header made for it. */
  readonly credential?: { readonly kind: 'access_token' | 'e2e_key'; readonly value: string };
  /** Ids to try at `POST /auth/e2e/token`. Default: the three that `netra seed e2e` makes. */
  readonly e2eUserIds?: readonly string[];
  /** Whose answer is wanted to the doctor's message. Default: the agent that answers by default. */
  readonly agent?: string;
  /** Of a page that is to connect, such as `https://app.example.com`. Absent: that is not looked at. */
  readonly origin?: string;
  /** The server's own verifier, told the issuer and where its keys are. Absent: claims are read, not verified. */
  readonly verifyToken?: VerifyToken;
  /** How long the on-demand check of silent connections waits at most. Default 60 s. */
  readonly idleWaitMs?: number;
}

/** What one visit carries from check to check. */
export interface DoctorContext extends DoctorVisit {
  readonly signal: AbortSignal;
  /** Taken once and remembered. Rejects with a `DoctorRefusal`, or when there is no credential. */
  readonly accessToken: () => Promise<string>;
}

export type VerifyToken = (
  token: string,
  server: { readonly url: string; readonly signal: AbortSignal },
) => Promise<{ readonly ok: true } | { readonly ok: false; readonly code: string; readonly detail?: string }>;
