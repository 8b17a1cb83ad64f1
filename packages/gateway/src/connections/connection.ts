import type { ClosedConnection } from '@netra/diagnosis';
import {
  type ClientFrame,
  type CloseReasonCode,
  type ConnectionFrame,
  closeCodeOf,
  decodeClientFrame,
  encodeFrame,
  LIMITS,
  type Refusal,
  refusal,
} from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { RevocableToken, RevocationView } from '@netra/token';
import type { RawData, WebSocket } from 'ws';
import { isDatabaseOutage } from '../database-outage.ts';
import type { Feed } from '../event-log/feed.ts';
import type { Flow } from '../event-log/flow.ts';
import { revocationOf } from '../revocations/end-revoked.ts';
import { closedRecord, type ServerEnd } from './closed-record.ts';
import { errorFrame, establishedFrame } from './connection-frames.ts';
import { type FrameHandlers, type FrameLane, laneOf } from './frame-handlers.ts';
import type { Live, LiveSet } from './live-set.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import { Outflow, type Outlet } from './outflow.ts';
import type { Session } from './session.ts';
import type { UserContext } from './user-context.ts';

/** Frames being answered before the socket is no longer read: the sender waits, not our memory. */
const MAX_PENDING_FRAMES = 32;
/** Clients of a stopping node come back spread over this time. */
const RECONNECT_SPREAD_MS = 2_000;
const BINARY_FRAME_CLOSE_CODE = 1003;

export interface ConnectionOptions {
  webSocket: WebSocket;
  context: UserContext;
  connectionId: string;
  attemptId: string;
  handlers: FrameHandlers;
  /** What is known of the client, for the record of how it ended. */
  facts: Pick<ClosedConnection, 'client' | 'facts'>;
  onClosed: (closed: ClosedConnection) => void;
  feed: Feed;
  liveSet: LiveSet;
  revocations: RevocationView;
  now: () => number;
  random: () => number;
  log: Logger;
}

/** Runs one accepted connection until it closes, and then releases everything that it opened. */
export function openConnection(options: ConnectionOptions): void {
  new Connection(options).start();
}

/** A class, so that ten thousand of them share their functions. */
class Connection implements Session, Live, Outlet {
  readonly connectionId: string;
  readonly userId: string;
  readonly subscriptions: Session['subscriptions'] = new Map();
  readonly #options: ConnectionOptions;
  readonly #webSocket: WebSocket;
  readonly #log: Logger;
  readonly #liveness: Liveness;
  readonly #openedAtMs: number;
  #context: UserContext;
  #isOpen = true;
  #heardAtMs: number;
  #end: ServerEnd | undefined;
  #pendingFrames = 0;
  readonly #lanes = new Map<FrameLane, Promise<void>>();
  readonly #outflow: Outflow;
  #malformedAtMs: number[] = [];
  #release: (() => void)[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#webSocket = options.webSocket;
    this.#context = options.context;
    this.connectionId = options.connectionId;
    this.userId = options.context.userId;
    this.#outflow = new Outflow(this, options.now);
    this.#log = options.log.child({ connection_id: this.connectionId, user_id: this.userId });
    this.#openedAtMs = options.now();
    this.#heardAtMs = this.#openedAtMs;
    this.#liveness = createLiveness({
      token: this.#context,
      nowMs: this.#openedAtMs,
      random: options.random,
    });
  }

  start(): void {
    const { connectionId, attemptId, feed, liveSet } = this.#options;
    this.#webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#webSocket.on('pong', () => this.#heard());
    this.#webSocket.on('error', (cause) => this.#log.debug({ err: cause }, 'socket error'));
    this.#webSocket.on('close', (code, reason) => this.#closed(code, reason.toString()));
    this.#release.push(liveSet.add(this));
    this.#log.info({ attempt_id: attemptId }, 'connection opened');
    this.send(establishedFrame(this.#context, { connectionId, attemptId, at: this.#at() }));
    const watch = feed.watchOwner(this.userId, this.deliver);
    this.#release.push(() => watch.close());
    this.tick(this.#options.now());
  }

  context(): UserContext {
    return this.#context;
  }

  get flow(): Flow {
    return this.#outflow;
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  renew(context: UserContext): void {
    this.#context = context;
    this.#liveness.renewed(context);
    // What was revoked between the verdict and now found the old token here.
    const revoked = revocationOf(context.token, this.#options.revocations);
    if (revoked !== undefined) this.#close(revoked);
    // A token that is nearly over is announced at once.
    this.tick(this.#options.now());
  }

  send(frame: ConnectionFrame): void {
    this.deliver(encodeFrame(frame));
  }

  sendError(refused: Refusal, ref: string | undefined): void {
    this.send(errorFrame(refused, this.#at(), ref));
  }

  /** Bound to this, because feeds keep it. */
  readonly deliver = (text: string): void => {
    if (!this.#isOpen) return;
    // Nothing that waits is merged or dropped: a reader that is too slow resumes on a new connection.
    if (!this.#outflow.send(text)) this.#close('slow_consumer');
  };

  bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  write(piece: string | Uint8Array, isLast: boolean): void {
    this.#webSocket.send(piece, { binary: false, fin: isLast }, this.#taken);
  }

  tick(nowMs: number): void {
    if (this.#outflow.isStalled(nowMs)) this.#close('slow_consumer');
    if (!this.#isOpen) return;
    // Pings and pongs travel in the same line as the rest.
    if (this.#outflow.isMoving(nowMs)) this.#liveness.heard();
    for (const action of this.#liveness.due(nowMs)) {
      if (action.kind === 'heartbeat') this.#beat();
      else if (action.kind === 'token_expiring') this.#warn();
      else if (action.code === 'max_age') this.#drainAs(action.code);
      else this.#close(action.code);
    }
  }

  drain(): void {
    this.#drainAs('draining');
  }

  token(): RevocableToken {
    return this.#context.token;
  }

  end(code: CloseReasonCode): void {
    this.#close(code);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  readonly #taken = (): void => {
    if (this.#isOpen) this.#outflow.progressed();
  };

  #at(): string {
    return new Date(this.#options.now()).toISOString();
  }

  #beat(): void {
    this.send({ type: 'heartbeat', at: this.#at() });
    if (this.#isOpen) this.#webSocket.ping();
  }

  #warn(): void {
    const expiresAt = new Date(this.#context.expiresAtMs).toISOString();
    this.send({ type: 'token_expiring', at: this.#at(), token_expires_at: expiresAt });
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#isOpen) return;
    this.#heard();
    if (isBinary) {
      this.#end = {
        code: 'message_invalid',
        closeCode: BINARY_FRAME_CLOSE_CODE,
        queuedBytes: this.bufferedBytes(),
      };
      this.#webSocket.close(BINARY_FRAME_CLOSE_CODE, 'message_invalid');
      this.#dispose();
      return;
    }
    const decoded = decodeClientFrame(textOf(data));
    if (decoded.ok) {
      this.#accept(decoded.frame);
      return;
    }
    this.sendError(decoded, decoded.ref);
    if (decoded.isUnparsable) this.#countMalformed();
  }

  #heard(): void {
    this.#heardAtMs = this.#options.now();
    this.#liveness.heard();
  }

  #countMalformed(): void {
    const nowMs = this.#options.now();
    const recent = this.#malformedAtMs.filter((seenAtMs) => nowMs - seenAtMs < LIMITS.malformedWindowMs);
    this.#malformedAtMs = [...recent, nowMs];
    if (this.#malformedAtMs.length >= LIMITS.maxMalformedFrames) this.#close('message_malformed');
  }

  #accept(frame: ClientFrame): void {
    this.#pendingFrames++;
    if (this.#pendingFrames >= MAX_PENDING_FRAMES) this.#webSocket.pause();
    const lane = laneOf(frame);
    const before = lane === undefined ? undefined : this.#lanes.get(lane);
    const answered = before === undefined ? this.#answer(frame) : before.then(() => this.#answer(frame));
    if (lane !== undefined) this.#lanes.set(lane, answered);
  }

  /** Never rejects: a handler that throws costs its own connection and no other. */
  async #answer(frame: ClientFrame): Promise<void> {
    try {
      if (this.#isOpen) await this.#options.handlers.handle(frame, this);
    } catch (cause) {
      this.#log.error({ err: cause, frame_type: frame.type }, 'a frame handler threw');
      if (isDatabaseOutage(cause)) this.sendError(refusal('database_unavailable'), frame.id);
      else this.#close('internal_error');
    } finally {
      this.#pendingFrames--;
      if (this.#webSocket.isPaused && this.#pendingFrames < MAX_PENDING_FRAMES) this.#webSocket.resume();
    }
  }

  #drainAs(code: Extract<CloseReasonCode, 'draining' | 'max_age'>): void {
    const reconnectAfterMs = Math.round(this.#options.random() * RECONNECT_SPREAD_MS);
    this.send({ type: 'draining', at: this.#at(), reconnect_after_ms: reconnectAfterMs });
    this.#close(code);
  }

  #close(code: CloseReasonCode): void {
    if (!this.#isOpen) return;
    this.#end = { code, closeCode: closeCodeOf(code), queuedBytes: this.#outflow.queuedBytes() };
    this.#dispose();
    this.#webSocket.close(closeCodeOf(code), code);
    // A paused socket would never see the client's close frame.
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  #closed(code: number, reason: string): void {
    this.#dispose();
    const openMs = this.#options.now() - this.#openedAtMs;
    this.#log.info({ close_code: code, close_reason: reason, open_ms: openMs }, 'connection closed');
    for (const release of this.#release) release();
    this.#release = [];
    const { connectionId: connection_id, userId: user_id } = this;
    const { attemptId: attempt_id, facts, onClosed } = this.#options;
    const ids = { connection_id, attempt_id, user_id };
    const end = { end: this.#end, closeCode: code, queuedBytes: this.bufferedBytes() };
    const times = { nowMs: this.#options.now(), openedAtMs: this.#openedAtMs, heardAtMs: this.#heardAtMs };
    onClosed(closedRecord({ ...facts, ...ids, ...end }, times));
  }

  /** No frame goes out or is answered after this; the place in the live set is kept until the socket is gone. */
  #dispose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#outflow.end({ finishFrame: false });
    for (const subscription of this.subscriptions.values()) subscription.close();
    this.subscriptions.clear();
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
