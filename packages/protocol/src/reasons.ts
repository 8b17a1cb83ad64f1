/** What a client should do after a refusal. `after`: wait for the time that comes with it. */
export const ADVICES = ['never', 'renew_token', 'sign_in', 'new_ticket', 'backoff', 'after'] as const;
export type Advice = (typeof ADVICES)[number];

interface ReasonRow {
  /** HTTP status of the refusal; null where the code never answers a request. */
  readonly http: number | null;
  /** WebSocket close code; null where the code never closes a connection. */
  readonly close: number | null;
  readonly advice: Advice;
  readonly title: string;
  readonly meaning: string;
  /** What the person or program at the client can do. */
  readonly fix: string;
  /** What whoever runs the installation can do. */
  readonly operatorFix: string;
}

/** Every reason for which Netra refuses, closes or fails: the only place where codes get their status and words. */
const TABLE = {
  // What was asked
  request_malformed: {
    http: 400,
    close: null,
    advice: 'never',
    title: 'Malformed request',
    meaning: 'The request does not have the form that this address expects.',
    fix: 'Send the request as the API reference describes it; `detail` names what is wrong.',
    operatorFix: 'Look at the client that sends it; a proxy that rewrites requests can be the cause.',
  },
  subprotocol_unsupported: {
    http: 400,
    close: null,
    advice: 'never',
    title: 'Subprotocol not supported',
    meaning: 'None of the offered WebSocket subprotocols is `netra.v1`.',
    fix: 'Offer `netra.v1` in `Sec-WebSocket-Protocol`, first of the list.',
    operatorFix: 'Check that no proxy removes `Sec-WebSocket-Protocol`.',
  },
  credential_in_url: {
    http: 400,
    close: null,
    advice: 'never',
    title: 'Credential in the URL',
    meaning: 'A token was sent in the URL, where logs and histories keep it.',
    fix: 'Send it in the `Authorization` header, or take a ticket; treat the token as exposed.',
    operatorFix: 'Find the client that does this and end the session whose token was in the URL.',
  },
  credential_ambiguous: {
    http: 400,
    close: null,
    advice: 'never',
    title: 'More than one credential',
    meaning: 'The request carries two credentials, and they could name different users.',
    fix: 'Send exactly one: the `Authorization` header, or one `ticket.` or `bearer.` subprotocol.',
    operatorFix: 'Check whether a proxy adds an `Authorization` header of its own.',
  },
  // Who asks
  credential_missing: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'No credential',
    meaning: 'The request carries no credential.',
    fix: 'Sign in, then send the access token as `Authorization: Bearer …`, or take a ticket.',
    operatorFix: 'Check that no proxy removes the `Authorization` header.',
  },
  token_too_large: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'Token too large',
    meaning: 'The access token is larger than 8 KiB.',
    fix: 'Send the access token of `POST /auth/token`, not another document.',
    operatorFix: 'Look for an issuer that puts whole profiles or group lists into tokens.',
  },
  token_malformed: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'Malformed token',
    meaning: 'The token is not a well-formed access token: its encoding, its parts or its JSON are wrong.',
    fix: 'Send the access token unchanged, as `POST /auth/token` returned it.',
    operatorFix: '`netra token inspect <jwt>` shows which part is wrong.',
  },
  token_algorithm_refused: {
    http: 401,
    close: null,
    advice: 'renew_token',
    title: 'Token algorithm refused',
    meaning: 'The token names a signature algorithm that its key is not made for.',
    fix: 'Get a new token from `POST /auth/token`.',
    operatorFix: "Compare the issuer's algorithm with the trusted issuer's profile.",
  },
  token_key_unknown: {
    http: 401,
    close: null,
    advice: 'renew_token',
    title: 'Signing key unknown',
    meaning: "The token was signed with a key that is not in the issuer's key set.",
    fix: 'Get a new token from `POST /auth/token`.',
    operatorFix:
      'Check whether the key was rotated without overlap, or the token comes from another installation.',
  },
  token_signature_invalid: {
    http: 401,
    close: null,
    advice: 'renew_token',
    title: 'Signature invalid',
    meaning: 'The signature does not belong to this token under the key that it names.',
    fix: 'Get a new token from `POST /auth/token`; do not change tokens.',
    operatorFix: 'Compare the key check values of issuer and verifier: they may hold different keys.',
  },
  token_expired: {
    http: 401,
    close: 3000,
    advice: 'renew_token',
    title: 'Token expired',
    meaning: 'The access token has expired.',
    fix: 'Get a new token from `POST /auth/token` and connect again.',
    operatorFix: 'When it happens to everybody at once, compare the clocks of the machines.',
  },
  token_not_yet_valid: {
    http: 401,
    close: null,
    advice: 'backoff',
    title: 'Token not yet valid',
    meaning: 'The token says that it was issued, or becomes valid, in the future.',
    fix: 'Try again in a moment.',
    operatorFix: 'Compare the clocks of the issuer and of this server; keep them in step with NTP.',
  },
  token_issuer_untrusted: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'Issuer not trusted',
    meaning: 'The token comes from an issuer that this server does not trust.',
    fix: 'Sign in at this installation.',
    operatorFix:
      "Compare the token's `iss` with the configured issuer; they must be equal, character by character.",
  },
  token_audience_wrong: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'Wrong audience',
    meaning: 'The token was made for another service.',
    fix: 'Get an access token for this service from `POST /auth/token`.',
    operatorFix: "Compare the token's `aud` with `netra`.",
  },
  token_environment_wrong: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'Wrong environment',
    meaning: 'The token belongs to another environment, such as staging instead of production.',
    fix: 'Sign in at this environment.',
    operatorFix: 'Check which addresses the client is configured with, and `ENVIRONMENT` on both services.',
  },
  token_type_wrong: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'Wrong kind of token',
    meaning: 'The token is not an access token; it may be an ID token, a session token or a service token.',
    fix: 'Exchange the session at `POST /auth/token` and send that token.',
    operatorFix: 'Look at the `typ` header of the token: it must be `at+jwt`.',
  },
  token_claim_missing: {
    http: 401,
    close: null,
    advice: 'sign_in',
    title: 'Claim missing',
    meaning: 'The token lacks a claim that is required.',
    fix: 'Get a new token from `POST /auth/token`.',
    operatorFix: '`netra token inspect <jwt>` lists the claims; `detail` names the missing one.',
  },
  token_revoked: {
    http: 401,
    close: 3000,
    advice: 'renew_token',
    title: 'Token revoked',
    meaning: 'The token was revoked before it expired.',
    fix: 'Get a new token; when that is refused, sign in again.',
    operatorFix: 'Look up who ended the session or revoked the token.',
  },
  token_user_mismatch: {
    http: 401,
    close: null,
    advice: 'never',
    title: 'Token of another user',
    meaning: 'The new token belongs to another user than the connection.',
    fix: 'Open a new connection for the other user.',
    operatorFix: 'A client that shares one connection between users is defective.',
  },
  session_ended: {
    http: 401,
    close: 3000,
    advice: 'sign_in',
    title: 'Session ended',
    meaning: 'The session was ended: signed out, expired, or ended elsewhere.',
    fix: 'Sign in again.',
    operatorFix: 'Look at the audit log for who ended the session.',
  },
  user_unknown: {
    http: 401,
    close: 3000,
    advice: 'sign_in',
    title: 'User unknown',
    meaning: 'The token is valid, but its user does not exist here.',
    fix: 'Sign in again.',
    operatorFix:
      'Check which database the auth service uses, and whether the user was deleted or never seeded.',
  },
  ticket_unknown: {
    http: 401,
    close: null,
    advice: 'new_ticket',
    title: 'Ticket unknown',
    meaning: 'The ticket was never issued here, or has been forgotten.',
    fix: 'Take a new ticket from `POST /v1/ws/ticket`.',
    operatorFix: 'Check that all gateways share one database.',
  },
  ticket_expired: {
    http: 401,
    close: null,
    advice: 'new_ticket',
    title: 'Ticket expired',
    meaning: 'The ticket is older than 30 seconds.',
    fix: 'Take a new ticket right before connecting.',
    operatorFix: 'Handshakes that take so long point to a slow network or proxy.',
  },
  ticket_used: {
    http: 401,
    close: null,
    advice: 'new_ticket',
    title: 'Ticket already used',
    meaning: 'The ticket opened a connection before; each works once.',
    fix: 'Take a new ticket for each connection.',
    operatorFix: 'A proxy that repeats upgrade requests can be the cause.',
  },
  ticket_binding_wrong: {
    http: 401,
    close: null,
    advice: 'new_ticket',
    title: 'Ticket bound elsewhere',
    meaning: 'The ticket was taken for another page, session or environment.',
    fix: 'Take the ticket from the page that opens the connection.',
    operatorFix: "Check that the page's origin is the same at the ticket and at the upgrade.",
  },
  e2e_key_invalid: {
    http: 401,
    close: null,
    advice: 'never',
    title: 'E2E key invalid',
    meaning: 'The key for end-to-end tests is missing or wrong.',
    fix: 'Send the key of this environment in `X-E2E-Bypass-Key`.',
    operatorFix: "Compare the test's key with `E2E_OAUTH_SIMULATION_KEY` of the auth service.",
  },
  service_credential_invalid: {
    http: 401,
    close: null,
    advice: 'never',
    title: 'Service credential invalid',
    meaning: "The service's id or secret is wrong.",
    fix: 'Configure `SERVICE_ID` and `SERVICE_SECRET` alike on both services.',
    operatorFix: 'Set the same `SERVICE_ID` and `SERVICE_SECRET` on the auth service and on the gateway.',
  },
  // What is forbidden
  origin_not_allowed: {
    http: 403,
    close: null,
    advice: 'never',
    title: 'Origin not allowed',
    meaning: "The page's origin is not on the list of allowed origins.",
    fix: 'Open the product at its public address.',
    operatorFix: 'Add the origin to `ALLOWED_ORIGINS`, exactly as the browser sends it.',
  },
  user_inactive: {
    http: 403,
    close: 3003,
    advice: 'never',
    title: 'Account deactivated',
    meaning: 'The account exists, but it is deactivated.',
    fix: 'Ask an operator of this installation to reactivate the account.',
    operatorFix: 'Reactivate the user, if that was not intended.',
  },
  permission_missing: {
    http: 403,
    close: 3003,
    advice: 'never',
    title: 'Permission missing',
    meaning: 'The user may not do this.',
    fix: 'Ask an operator for the permission that `detail` names.',
    operatorFix: 'Give the user a role that holds the permission.',
  },
  // What is not there
  thread_unknown: {
    http: 404,
    close: null,
    advice: 'never',
    title: 'Thread unknown',
    meaning: 'There is no such thread among yours.',
    fix: 'Open one of your threads; the list is at `GET /v1/threads`.',
    operatorFix: 'Check which user is signed in; threads belong to one user.',
  },
  run_unknown: {
    http: 404,
    close: null,
    advice: 'never',
    title: 'Run unknown',
    meaning: 'There is no such run among yours.',
    fix: "Look at the thread's runs.",
    operatorFix: 'Check which user is signed in; runs belong to one user.',
  },
  agent_unknown: {
    http: 404,
    close: null,
    advice: 'never',
    title: 'Agent unknown',
    meaning: 'There is no agent of this name here.',
    fix: 'Choose one of `GET /v1/agents`.',
    operatorFix: 'Start Netra with the module that defines the agent.',
  },
  approval_unknown: {
    http: 404,
    close: null,
    advice: 'never',
    title: 'Approval unknown',
    meaning: 'There is no such approval waiting in this run.',
    fix: 'Reload the thread to see what waits for you.',
    operatorFix: 'Look at the run: it may have ended.',
  },
  attempt_unknown: {
    http: 404,
    close: null,
    advice: 'never',
    title: 'Attempt unknown',
    meaning: 'There is no record of this attempt.',
    fix: 'Check the id; records are kept for a limited time.',
    operatorFix:
      'Records are kept for the configured retention. Of one sender who floods, only some a second are kept.',
  },
  route_unknown: {
    http: 404,
    close: null,
    advice: 'never',
    title: 'No such address',
    meaning: 'There is nothing at this address.',
    fix: 'Check the path against the API reference.',
    operatorFix: 'Check the routes of the proxy in front of Netra.',
  },
  method_not_allowed: {
    http: 405,
    close: null,
    advice: 'never',
    title: 'Method not allowed',
    meaning: 'This address exists, but not for this method.',
    fix: 'Use a method that the `Allow` header lists.',
    operatorFix: 'Check whether a proxy changes methods.',
  },
  // Conflicts, bodies and upgrades
  run_in_progress: {
    http: 409,
    close: null,
    advice: 'backoff',
    title: 'A run is in progress',
    meaning: 'The thread is busy, and the message asked not to wait.',
    fix: 'Wait for the run to end, or send with `overlap: enqueue`.',
    operatorFix: 'Nothing to mend.',
  },
  approval_settled: {
    http: 409,
    close: null,
    advice: 'never',
    title: 'Approval already settled',
    meaning: 'The approval was decided before.',
    fix: 'Reload the thread.',
    operatorFix: 'Nothing to mend.',
  },
  idempotency_conflict: {
    http: 409,
    close: null,
    advice: 'never',
    title: 'Id used for another message',
    meaning: 'The same id was used before with another content.',
    fix: 'Use a new random id for each message.',
    operatorFix: 'A client that counts ids from 1 at each start is the usual cause.',
  },
  body_too_large: {
    http: 413,
    close: null,
    advice: 'never',
    title: 'Body too large',
    meaning: 'The request body is larger than this address accepts.',
    fix: 'Send less at once.',
    operatorFix: "Compare the proxy's limit with Netra's.",
  },
  message_invalid: {
    http: 422,
    close: null,
    advice: 'never',
    title: 'Message invalid',
    meaning: 'The frame or body does not fit its schema.',
    fix: 'Mend the field that `detail` names.',
    operatorFix: 'A client of another version can be the cause.',
  },
  frame_type_unknown: {
    http: 422,
    close: null,
    advice: 'never',
    title: 'Frame type unknown',
    meaning: 'The server does not know this type of frame.',
    fix: 'Use the types of the protocol.',
    operatorFix: 'A client of a newer version can be the cause.',
  },
  upgrade_missing: {
    http: 426,
    close: null,
    advice: 'never',
    title: 'Upgrade missing',
    meaning: 'The request for a WebSocket arrived as a plain HTTP request.',
    fix: 'Connect with a WebSocket client; if you do, a proxy on the way drops the upgrade.',
    operatorFix:
      'Let the proxy pass `Upgrade` and `Connection`; for nginx: `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`.',
  },
  headers_too_large: {
    http: 431,
    close: null,
    advice: 'never',
    title: 'Headers too large',
    meaning: "The request's headers are larger than the server reads.",
    fix: 'Send fewer or shorter headers; clear the cookies of this site.',
    operatorFix: 'Look for a proxy or page that adds large headers or cookies.',
  },
  // Limits
  rate_limited: {
    http: 429,
    close: null,
    advice: 'after',
    title: 'Too many requests',
    meaning: 'Requests came faster than the limit allows.',
    fix: 'Wait for the time that `Retry-After` gives.',
    operatorFix: 'If the traffic is honest, raise the limit.',
  },
  connection_limit: {
    http: 429,
    close: null,
    advice: 'backoff',
    title: 'Too many connections',
    meaning: 'The user has as many open connections as are allowed.',
    fix: 'Close a tab or client that you do not need.',
    operatorFix: 'Look for a client that opens connections and leaves them.',
  },
  quota_exceeded: {
    http: 429,
    close: null,
    advice: 'after',
    title: 'Quota exceeded',
    meaning: 'The quota for this period is used up.',
    fix: 'Wait until it is renewed.',
    operatorFix: 'Raise the quota of the user.',
  },
  client_gone: {
    http: 499,
    close: null,
    advice: 'never',
    title: 'Client left',
    meaning: 'The client went away before the answer.',
    fix: 'Wait longer before giving up; handshakes end within 3 seconds.',
    operatorFix: 'Look at the step that was under way: its time says what was slow.',
  },
  // Failures and outages
  internal_error: {
    http: 500,
    close: 1011,
    advice: 'backoff',
    title: 'Internal error',
    meaning: 'Something in the server failed that should not.',
    fix: 'Try again; give the attempt id to the operator if it stays.',
    operatorFix: 'Look up the attempt id in the log: the cause is there.',
  },
  auth_unavailable: {
    http: 503,
    close: null,
    advice: 'backoff',
    title: 'Sign-in service out of reach',
    meaning: 'The auth service does not answer, so nobody unknown can be let in.',
    fix: 'Try again in a moment; you need not sign in again.',
    operatorFix: 'Check that the auth service runs and that `NETRA_AUTH_URL` leads to it.',
  },
  keys_unavailable: {
    http: 503,
    close: null,
    advice: 'backoff',
    title: 'Signing keys out of reach',
    meaning: 'The key set that tokens are checked with cannot be fetched.',
    fix: 'Try again in a moment; you need not sign in again.',
    operatorFix: "Check that the gateway can reach the auth service's `/auth/jwks.json`.",
  },
  database_unavailable: {
    http: 503,
    close: null,
    advice: 'backoff',
    title: 'Database out of reach',
    meaning: 'The database does not answer.',
    fix: 'Try again in a moment; nothing that was acknowledged is lost.',
    operatorFix: 'Check that PostgreSQL runs and that `DATABASE_URL` leads to it.',
  },
  handshake_deadline: {
    http: 503,
    close: null,
    advice: 'backoff',
    title: 'Handshake took too long',
    meaning: 'The handshake did not end within 3 seconds.',
    fix: 'Try again.',
    operatorFix: 'Look at the step that took the time.',
  },
  draining: {
    http: 503,
    close: 1012,
    advice: 'backoff',
    title: 'Server restarting',
    meaning: 'The server is shutting down and takes no new work.',
    fix: 'Connect again; another server or the restarted one answers.',
    operatorFix: 'Nothing to mend when a deployment is under way.',
  },
  model_unavailable: {
    http: 503,
    close: null,
    advice: 'backoff',
    title: 'Model out of reach',
    meaning: 'The language model does not answer.',
    fix: 'Send the message again in a moment.',
    operatorFix: "Check the model's address, key and status.",
  },
  // Runs only: never an HTTP status
  run_interrupted: {
    http: null,
    close: null,
    advice: 'backoff',
    title: 'Run interrupted',
    meaning: 'The server that ran the agent stopped before the run ended.',
    fix: 'Send the message again.',
    operatorFix: 'Nothing to mend when a restart was intended; else look for the crash in the log.',
  },
  run_timeout: {
    http: null,
    close: null,
    advice: 'backoff',
    title: 'Run took too long',
    meaning: 'The run did not end within its time limit.',
    fix: 'Ask for less at once.',
    operatorFix: "Raise the agent's time limit, or look for a tool that hangs.",
  },
  step_limit: {
    http: null,
    close: null,
    advice: 'never',
    title: 'Too many steps',
    meaning: 'The agent used up its number of steps without an answer.',
    fix: 'Ask more precisely, or for less at once.',
    operatorFix: "Raise the agent's `maxSteps`, or improve its instructions.",
  },
  tool_failed: {
    http: null,
    close: null,
    advice: 'backoff',
    title: 'Tool failed',
    meaning: 'A tool that the agent used has failed.',
    fix: 'Send the message again.',
    operatorFix: "Look at the tool's error in the log.",
  },
  model_rate_limited: {
    http: null,
    close: null,
    advice: 'backoff',
    title: 'Model rate limit',
    meaning: "The model's provider refuses more requests for now.",
    fix: 'Wait a moment and send the message again.',
    operatorFix: 'Raise the limit at the provider, or use another model.',
  },
  model_refused: {
    http: null,
    close: null,
    advice: 'never',
    title: 'Model refused',
    meaning: "The model's provider refused the request.",
    fix: 'Change the message; if it stays, tell the operator.',
    operatorFix: "Check the provider's key, the name of the model, and the provider's rules.",
  },
  output_limit: {
    http: null,
    close: null,
    advice: 'never',
    title: 'Answer too long',
    meaning: "The answer reached the model's length limit, or the longest one that is stored, and was cut.",
    fix: 'Ask for the rest.',
    operatorFix:
      "Raise the model's output limit. An answer is at most 256 KiB: let the agent give more as files.",
  },
  // Closes only: never an HTTP status
  message_malformed: {
    http: null,
    close: 1008,
    advice: 'never',
    title: 'Unreadable frames',
    meaning: 'Five frames within a minute could not be read.',
    fix: 'Send one JSON object per text frame.',
    operatorFix: 'Look at the client that sends them.',
  },
  message_rate_exceeded: {
    http: null,
    close: 1008,
    advice: 'backoff',
    title: 'Too many frames',
    meaning: 'Frames came faster than the limit allows.',
    fix: 'Send more slowly.',
    operatorFix: 'If the traffic is honest, raise the limit.',
  },
  message_too_large: {
    http: null,
    close: 1009,
    advice: 'never',
    title: 'Frame too large',
    meaning: 'A frame was larger than 64 KiB.',
    fix: 'Send less at once.',
    operatorFix: 'Nothing to mend on the server.',
  },
  max_age: {
    http: null,
    close: 1012,
    advice: 'backoff',
    title: 'Connection renewed',
    meaning: 'The connection reached its maximum age.',
    fix: 'Connect again; nothing is lost.',
    operatorFix: 'Nothing to mend.',
  },
  slow_consumer: {
    http: null,
    close: 1013,
    advice: 'backoff',
    title: 'Reader too slow',
    meaning: 'The client did not read as fast as it was sent to, and the queue is full.',
    fix: 'Connect again and resume; nothing is lost.',
    operatorFix: "Look at the client's network.",
  },
  overloaded: {
    http: null,
    close: 1013,
    advice: 'backoff',
    title: 'Server overloaded',
    meaning: 'The server has more work than it can do.',
    fix: 'Connect again later.',
    operatorFix: 'Add capacity.',
  },
  permissions_changed: {
    http: null,
    close: 3000,
    advice: 'renew_token',
    title: 'Permissions changed',
    meaning: 'The roles of the user changed.',
    fix: 'Get a new token and connect again.',
    operatorFix: 'Nothing to mend.',
  },
  disconnected_by_operator: {
    http: null,
    close: 3003,
    advice: 'never',
    title: 'Disconnected by an operator',
    meaning: 'An operator ended the connection.',
    fix: 'Ask the operator.',
    operatorFix: 'Nothing to mend.',
  },
  heartbeat_lost: {
    http: null,
    close: 3008,
    advice: 'backoff',
    title: 'Connection silent',
    meaning: 'The client did not answer a ping in time.',
    fix: 'Connect again and resume.',
    operatorFix: 'Look for a proxy that holds or drops idle connections.',
  },
} as const satisfies Record<string, ReasonRow>;

export type ReasonCode = keyof typeof TABLE;

export interface Reason extends ReasonRow {
  readonly code: ReasonCode;
}

// The keys of a literal are exactly its type's keys.
export const REASON_CODES = Object.keys(TABLE) as [ReasonCode, ...ReasonCode[]];

export const REASONS: Readonly<Record<ReasonCode, Reason>> = Object.fromEntries(
  REASON_CODES.map((code) => [code, { code, ...TABLE[code] }]),
  // fromEntries forgets which keys it was given.
) as Record<ReasonCode, Reason>;

export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(TABLE, text);
}

/** Reasons that an HTTP answer can carry. */
export type HttpReasonCode = {
  [Code in ReasonCode]: (typeof TABLE)[Code]['http'] extends number ? Code : never;
}[ReasonCode];

/** Reasons that the server closes a connection with. */
export type CloseReasonCode = {
  [Code in ReasonCode]: (typeof TABLE)[Code]['close'] extends number ? Code : never;
}[ReasonCode];

/** The WebSocket close code that goes with a reason. */
export function closeCodeOf(code: CloseReasonCode): number {
  return TABLE[code].close;
}

/**
 * The reason of a closed WebSocket: its text is a code of the table; where a peer or proxy left it out, the number decides.
 * Undefined for closes of the client's own (1000, 1001) and for losses without a close frame (1005, 1006).
 */
export function reasonOfClose(closeCode: number, closeReason: string): Reason | undefined {
  if (isReasonCode(closeReason)) return REASONS[closeReason];
  const code = REASON_BY_CLOSE_CODE.get(closeCode);
  return code === undefined ? undefined : REASONS[code];
}

const REASON_BY_CLOSE_CODE: ReadonlyMap<number, ReasonCode> = new Map([
  [1002, 'request_malformed'],
  [1003, 'message_invalid'],
  [1007, 'message_malformed'],
  [1008, 'message_malformed'],
  [1009, 'message_too_large'],
  [1011, 'internal_error'],
  [1012, 'draining'],
  [1013, 'overloaded'],
  [3000, 'token_expired'],
  [3003, 'permission_missing'],
  [3008, 'heartbeat_lost'],
]);
