import type { Advice, ReasonCode } from '@netra/protocol';
import { REASONS } from '@netra/protocol';

/** What a client should do about a failure; `afterMs` is the server's wish for when. */
export interface RetryAdvice {
  readonly advice: Advice;
  readonly afterMs?: number;
}

interface ClientReason {
  readonly title: string;
  readonly fix: string;
  readonly advice: Advice;
}

/** What only the client can know: no server sends these codes. */
export const CLIENT_REASONS = {
  server_unreachable: {
    title: 'The server cannot be reached',
    fix: 'Check the network, and that the server is running; the client keeps trying.',
    advice: 'backoff',
  },
  response_unreadable: {
    title: 'The answer is not from Netra',
    fix: 'Check the address, and what a proxy in between does with it.',
    advice: 'backoff',
  },
  connection_lost: {
    title: 'The connection was lost',
    fix: 'Nothing to do: the client reconnects and continues where it was.',
    advice: 'backoff',
  },
  upgrade_failed: {
    title: 'The WebSocket could not be opened',
    fix: 'The server accepts this sign-in, so look at what lies between: a proxy or firewall may block WebSockets.',
    advice: 'backoff',
  },
  token_unavailable: {
    title: 'No access token could be had',
    fix: 'Look at why `getToken` failed; the client keeps trying.',
    advice: 'backoff',
  },
  websocket_missing: {
    title: 'There is no WebSocket here',
    fix: 'Pass a constructor, e.g. `createNetraClient({ url, getToken, WebSocket })` with the one of the package `ws`.',
    advice: 'never',
  },
  outbox_full: {
    title: 'Too many messages are waiting for the connection',
    fix: 'Wait until the connection is back before sending more.',
    advice: 'backoff',
  },
  events_lost: {
    title: 'Some events of this run could not be delivered',
    fix: 'The thread shows the whole answer; `run.result()` still gives it. Read a run as it comes.',
    advice: 'never',
  },
  run_cancelled: {
    title: 'The run was cancelled',
    fix: 'Send the message again to start over.',
    advice: 'never',
  },
  client_closed: { title: 'The client is closed', fix: 'Make a new client.', advice: 'never' },
} as const satisfies Record<string, ClientReason>;

export type ClientReasonCode = keyof typeof CLIENT_REASONS;
export type NetraErrorCode = ReasonCode | ClientReasonCode;

export interface NetraErrorOptions {
  readonly title?: string;
  readonly detail?: string | undefined;
  readonly fix?: string;
  readonly advice?: Advice;
  readonly afterMs?: number | undefined;
  readonly status?: number;
  readonly attemptId?: string | undefined;
  readonly authCode?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error of this package. `code` is from the reason table of the protocol or, for what only a client
 * can see, from `CLIENT_REASONS`; branch on it, never on the message.
 */
export class NetraError extends Error {
  readonly code: NetraErrorCode;
  /** What happened, as a short sentence for people. */
  readonly title: string;
  /** What in particular. */
  readonly detail: string | undefined;
  /** What to do about it. */
  readonly fix: string;
  readonly retry: RetryAdvice;
  /** HTTP status, where there was one. */
  readonly status: number | undefined;
  /** Whoever holds it may ask `GET /v1/attempts/{id}` about a refused connection. */
  readonly attemptId: string | undefined;
  /** The identity library's own code, e.g. `INVALID_EMAIL_OR_PASSWORD`. */
  readonly authCode: string | undefined;

  constructor(code: NetraErrorCode, options: NetraErrorOptions = {}) {
    const known = reasonOf(code);
    const title = options.title ?? known.title;
    const message = options.detail === undefined ? title : `${title}: ${options.detail}`;
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'NetraError';
    this.code = code;
    this.title = title;
    this.detail = options.detail;
    this.fix = options.fix ?? known.fix;
    const advice = options.advice ?? known.advice;
    this.retry = options.afterMs === undefined ? { advice } : { advice, afterMs: options.afterMs };
    this.status = options.status;
    this.attemptId = options.attemptId;
    this.authCode = options.authCode;
  }
}

export function isReasonCode(code: unknown): code is ReasonCode {
  return typeof code === 'string' && Object.hasOwn(REASONS, code);
}

function reasonOf(code: NetraErrorCode): ClientReason {
  if (isReasonCode(code)) return REASONS[code];
  if (Object.hasOwn(CLIENT_REASONS, code)) return CLIENT_REASONS[code];
  // A server newer than this client may know more reasons.
  return { title: code, fix: 'Update the client: it does not know this reason.', advice: 'backoff' };
}
