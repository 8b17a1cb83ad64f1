import type { ClientFrame, MessageAck, Page, Thread } from '@netra/protocol';
import { LIMITS, newId, REASONS, SUBPROTOCOL } from '@netra/protocol';
import type { Clock } from './clock.ts';
import { asFailure } from './connection-failure.ts';
import { type HttpOptions, sendRequest } from './http.ts';
import { isReasonCode, NetraError } from './netra-error.ts';
import { type RestRequest, withBearer } from './rest.ts';
import { createThreadListDiff } from './thread-list-poll.ts';
import { createThreadStreams } from './thread-streams.ts';
import { type Ticket, takeTicket } from './ticket.ts';
import type { WebSocketLike } from './websocket.ts';

/** How often the list of threads is asked for: what changed in other windows shows within this time. */
const POLL_INTERVAL_MS = 10_000;
/** RFC 6455, section 7.1.5: no close frame came. */
const NO_CLOSE_FRAME = 1006;

export interface SseSocketOptions {
  readonly http: HttpOptions;
  readonly clock: Clock;
  readonly token: string;
  /** Of the same token: says whose it is. The ticket itself is not spent. */
  readonly ticket: Ticket;
}

type CloseListener = (event: { code: number; reason: string }) => void;

/**
 * The frames of a WebSocket over what passes every proxy: requests go as POST, each followed thread is a stream of
 * server-sent events, the list of threads is polled. Places are the same `(epoch, seq)`, so either can resume the other.
 */
export function openSseSocket({ http, clock, token: firstToken, ticket }: SseSocketOptions): WebSocketLike {
  let token = firstToken;
  let isOpen = true;
  let posting: Promise<void> = Promise.resolve();
  let cancelPoll = () => {};
  let cancelExpiry = () => {};
  const messageListeners: ((event: { data: unknown }) => void)[] = [];
  const closeListeners: CloseListener[] = [];
  const abort = new AbortController();
  const diff = createThreadListDiff();
  const at = () => new Date(clock.now()).toISOString();

  const streams = createThreadStreams({
    http,
    clock,
    token: () => token,
    emit: emitText,
    onRefused: (ref, error) => answerFailure(ref, error),
    onEnded: (code) => finish(isReasonCode(code) ? code : undefined),
  });

  function emitText(data: string): void {
    if (isOpen) for (const listener of messageListeners) listener({ data });
  }
  const emit = (frame: Record<string, unknown>) => emitText(JSON.stringify({ at: at(), ...frame }));

  function finish(code: NetraError['code'] | undefined): void {
    if (!isOpen) return;
    isOpen = false;
    streams.end();
    abort.abort();
    cancelPoll();
    cancelExpiry();
    const known = isReasonCode(code) ? (REASONS[code].close ?? NO_CLOSE_FRAME) : NO_CLOSE_FRAME;
    for (const listener of closeListeners) listener({ code: known, reason: code ?? '' });
  }

  function answerFailure(ref: string | undefined, error: NetraError): void {
    const { code, detail, title, fix, retry } = error;
    const isAboutConnection =
      retry.advice === 'renew_token' || retry.advice === 'sign_in' || code === 'draining';
    if (!isReasonCode(code) || isAboutConnection || ref === undefined) {
      finish(code);
      return;
    }
    const afterMs = retry.afterMs === undefined ? {} : { after_ms: retry.afterMs };
    emit({
      type: 'error',
      ref,
      code,
      detail: detail ?? title,
      fix,
      retry: { advice: retry.advice, ...afterMs },
    });
  }

  async function ask<Body>(request: RestRequest): Promise<Body> {
    const { body } = await sendRequest(http, withBearer({ ...request, signal: abort.signal }, token));
    // The contract of the path gives the shape.
    return body as Body;
  }

  async function postMessage(frame: Extract<ClientFrame, { type: 'user_message' }>): Promise<void> {
    const { type: _, id, ...body } = frame;
    const headers = { 'idempotency-key': id };
    const ack = await ask<MessageAck>({ method: 'POST', path: '/v1/runs', body, headers });
    const { thread_id, message_id, run_id, epoch, seq } = ack;
    emit({ type: 'ack', ref: id, thread_id, message_id, run_id, epoch, seq });
    if (!streams.isFollowing(thread_id)) streams.follow(thread_id, { place: `${epoch}:${seq - 1}` });
    if (body.thread_id === undefined) await poll();
  }

  async function postTo(path: string, ref: string | undefined, body?: unknown): Promise<void> {
    await ask({ method: 'POST', path, ...(body === undefined ? {} : { body }) });
    emit({ type: 'ack', ref });
  }

  async function renew(ref: string | undefined, next: string): Promise<void> {
    const renewed = await takeTicket(http, next, undefined);
    if (renewed.userId !== ticket.userId) throw new NetraError('token_user_mismatch');
    token = next;
    awaitExpiry(renewed.tokenExpiresAt);
    streams.reopen();
    emit({ type: 'token_renewed', ref, token_expires_at: renewed.tokenExpiresAt });
  }

  function awaitExpiry(expiresAt: string): void {
    cancelExpiry();
    const delayMs = Math.max(0, Date.parse(expiresAt) - LIMITS.tokenExpiringMs - clock.now());
    cancelExpiry = clock.after(delayMs, () => emit({ type: 'token_expiring', token_expires_at: expiresAt }));
  }

  /** Also the sign of life where no thread is followed. */
  async function poll(): Promise<void> {
    cancelPoll();
    const page = await ask<Page<Thread>>({ path: '/v1/threads' });
    if (!isOpen) return;
    for (const frame of diff(page)) emit(frame);
    emit({ type: 'heartbeat' });
    cancelPoll();
    cancelPoll = clock.after(POLL_INTERVAL_MS, () => void run(undefined, poll()));
  }

  function run(ref: string | undefined, work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      if (isOpen) answerFailure(ref, asFailure(error));
    });
  }

  function handle(frame: ClientFrame): void {
    switch (frame.type) {
      case 'ping':
        void run(
          frame.id,
          poll().then(() => emit({ type: 'pong' })),
        );
        return;
      case 'user_message':
        // One after the other: they are stored in the order in which they were sent.
        posting = posting.then(() => run(frame.id, postMessage(frame)));
        return;
      case 'subscribe': {
        const { thread_id, epoch, after_seq, id } = frame;
        const place =
          epoch === undefined || after_seq === undefined ? {} : { place: `${epoch}:${after_seq}` };
        streams.follow(thread_id, { ...place, ...(id === undefined ? {} : { ref: id }) });
        return;
      }
      case 'unsubscribe':
        streams.unfollow(frame.thread_id);
        return;
      case 'cancel_run':
        void run(frame.id, postTo(`/v1/runs/${encodeURIComponent(frame.run_id)}/cancel`, frame.id));
        return;
      case 'decide_approval': {
        const { run_id, approval_id, decision, arguments: changed } = frame;
        const path = `/v1/runs/${encodeURIComponent(run_id)}/approvals/${encodeURIComponent(approval_id)}`;
        void run(frame.id, postTo(path, frame.id, { decision, ...(changed && { arguments: changed }) }));
        return;
      }
      case 'renew_token':
        // A token that is refused leaves all as it was: the deadline decides.
        void renew(frame.id, frame.token).catch(() => {});
        return;
    }
  }

  function greet(): void {
    emit({
      type: 'connection_established',
      connection_id: newId('con'),
      user_id: ticket.userId,
      session_id: ticket.sessionId,
      roles: ticket.roles,
      permissions: ticket.permissions,
      token_expires_at: ticket.tokenExpiresAt,
      heartbeat_ms: LIMITS.heartbeatMs,
      max_frame_bytes: LIMITS.maxClientFrameBytes,
      protocol: SUBPROTOCOL,
      server_time: at(),
      attempt_id: '',
    });
    if (!isOpen) return;
    awaitExpiry(ticket.tokenExpiresAt);
    void run(undefined, poll());
  }
  queueMicrotask(greet);

  return {
    send(text) {
      // Made by this client.
      if (isOpen) handle(JSON.parse(text) as ClientFrame);
    },
    close: () => finish(undefined),
    addEventListener(type: string, listener: unknown) {
      // The type names the shape of the listener, as the interface says.
      if (type === 'message') messageListeners.push(listener as (event: { data: unknown }) => void);
      else if (type === 'close') closeListeners.push(listener as CloseListener);
    },
  };
}
