/**
 * Every number that both ends of the wire must agree on, in one visible place.
 * Durations are in milliseconds, sizes in bytes, lengths in UTF-16 code units.
 */
export const LIMITS = {
  /** Largest frame that a client may send. */
  maxClientFrameBytes: 64 * 1024,
  /** Largest request body over REST. */
  maxBodyBytes: 256 * 1024,
  /** Longest `text` of one message. */
  maxMessageChars: 32_000,
  /** Longest id, `ref` or `Idempotency-Key`, in UTF-16 code units. */
  maxIdChars: 64,
  /** Longest thread title. */
  maxTitleChars: 200,
  /** Deepest nesting of a frame or body. */
  maxJsonDepth: 32,
  /** Results of tools above this size travel by reference. */
  maxInlineResultBytes: 64 * 1024,
  /** Longest text delta in one event. */
  maxDeltaBytes: 16 * 1024,
  /** Longest text of one answer, as JSON; a run that says more ends in `output_limit`. */
  maxAnswerBytes: 256 * 1024,
  /** Largest arguments of one tool call, as JSON; a larger call fails, and is told without them. */
  maxArgumentsBytes: 64 * 1024,
  /** Longest `purpose`, name or error detail of a tool call. */
  maxToolTextChars: 1_000,
  /** What an answer did besides its text, as JSON in `parts`: what is older or larger is shortened or left out. */
  maxPartsBytes: 128 * 1024,
  /** Text deltas after the first are merged over this window. */
  deltaWindowMs: 40,
  /** Period of the server's ping and `heartbeat` frame. */
  heartbeatMs: 25_000,
  /** Time that a client has to answer a ping. */
  pongTimeoutMs: 10_000,
  /** Silence after which a client gives a connection up. */
  clientSilenceMs: 35_000,
  /** Tolerated difference of clocks; also the grace after `exp` that every consumer of a token shares. */
  tokenSkewMs: 30_000,
  /** Life of an access token. */
  accessTokenLifeMs: 600_000,
  /** Largest access token, before anything is parsed. */
  maxTokenBytes: 8 * 1024,
  /** How long before `exp` the server says `token_expiring`. */
  tokenExpiringMs: 60_000,
  /** Life of a ticket. */
  ticketLifeMs: 30_000,
  /** The whole handshake, from the request to `101`. */
  handshakeDeadlineMs: 3_000,
  /** Open connections of one user. */
  maxConnectionsPerUser: 20,
  /** Runs of one user that one process executes at the same time; more wait in their queues. */
  maxRunsPerUser: 20,
  /** Bytes that may wait for one slow reader. */
  maxQueuedBytes: 1024 * 1024,
  /** Unparsable frames within `malformedWindowMs` that end a connection. */
  maxMalformedFrames: 5,
  malformedWindowMs: 60_000,
  /** Frames that may come on one connection: as many at once as a client can follow threads, then so many a second. */
  connectionFrames: { burst: 1_000, perSecond: 50 },
  /** The same for all connections of one user on a node together, and what the user changes over REST. */
  userFrames: { burst: 4_000, perSecond: 200 },
  /** Frames above these rates are answered `rate_limited`; so many within `refusedWindowMs` end a connection. */
  maxRefusedFrames: 100,
  refusedWindowMs: 60_000,
  /** How long a client's id stands for the same message. */
  idempotencyMs: 24 * 60 * 60_000,
  /** Messages and open runs in a snapshot, at most. */
  snapshotMessages: 50,
  snapshotRuns: 100,
  /** Largest snapshot, as JSON: what does not fit is behind its `older_cursor`. Below `maxQueuedBytes`. */
  maxSnapshotBytes: 768 * 1024,
  /** Messages or events of one page, in text; one is always on it. */
  maxPageBytes: 1024 * 1024,
  /** Rows of a list page, by default and at most. */
  pageDefault: 50,
  pageMax: 200,
} as const;

/** The WebSocket subprotocol: the only one that is ever echoed. */
export const SUBPROTOCOL = 'netra.v1';
/** `ticket.<ticket>` as a second offered subprotocol carries a browser's ticket. */
export const TICKET_SUBPROTOCOL_PREFIX = 'ticket.';
/** `bearer.<access token>` as a second offered subprotocol carries a token. */
export const BEARER_SUBPROTOCOL_PREFIX = 'bearer.';
/** The header that names the attempt on every answer to a handshake, ticket or refusal. */
export const ATTEMPT_ID_HEADER = 'Netra-Attempt-Id';
/** Media type of refusals (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
