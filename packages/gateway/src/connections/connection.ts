import type { ClosedConnection } from '@netra/diagnosis';
import {
  type CloseReasonCode,
  type ConnectionFrame,
  closeCodeOf,
  encodeFrame,
  LIMITS,
  type ReasonCode,
  type Refusal,
  reasonOfClose,
  refusal,
} from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { RevocableToken, RevocationView } from '@netra/token';
import type { RawData, WebSocket } from 'ws';
import type { Feed } from '../event-log/feed.ts';
import type { Flow } from '../event-log/flow.ts';
import type { ConnectionMetrics } from '../metrics/metrics.ts';
import { revocationOf } from '../revocations/end-revoked.ts';
import { closedRecord, type ServerEnd } from './closed-record.ts';
import { errorFrame, establishedFrame } from './connection-frames.ts';
import { EncodedFrame } from './encoded-frame.ts';
import { FrameIntake, type IntakeEnd, type IntakeOptions } from './frame-intake.ts';
import type { Live, LiveSet } from './live-set.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import { Outflow, type Outlet, type Piece } from './outflow.ts';
import type { Session } from './session.ts';
import type { SocketLine } from './socket-line.ts';
import type { UserContext } from './user-context.ts';
import { encodeWebSocketFrame, OPCODES } from './websocket-frame.ts';

/** Clients of a stopping node come back spread over this time. */
const RECONNECT_SPREAD_MS = 2_000;
const BINARY_FRAME_CLOSE_CODE = 1003;
const NO_PAYLOAD = new Uint8Array();

/** What one connection is, besides what all of them share. */
export interface Accepted {
  webSocket: WebSocket;
  line: SocketLine;
  context: UserContext;
  connectionId: string;
  attemptId: string;
  /** What is known of the client, for the record of how it ended. */
  facts: Pick<ClosedConnection, 'client' | 'facts'>;
}

/** Shared by all connections: each keeps a reference to it, not a copy. */
export interface ConnectionRooms extends IntakeOptions {
  feed: Feed;
  liveSet: LiveSet;
  revocations: RevocationView;
  /** Period of the ping and of `heartbeat`. */
  heartbeatMs: number;
  /** Default: that of `createLiveness`. */
  maxConnectionAgeMs?: number | undefined;
  random: () => number;
  metrics?: ConnectionMetrics;
  onClosed?: (closed: ClosedConnection) => void;
  log: Logger;
}

/** Runs one accepted connection until it closes, and then releases everything that it opened. */
export function openConnection(rooms: ConnectionRooms, accepted: Accepted): void {
  new Connection(rooms, accepted).start();
}

/** A class, so that ten thousand of them share their functions; what an idle one does not need is made later. */
class Connection implements Session, Live, Outlet, IntakeEnd {
  readonly connectionId: string;
  readonly userId: string;
  readonly openedAtMs: number;
  readonly #attemptId: string;
  readonly #facts: Accepted['facts'];
  readonly #options: ConnectionRooms;
  readonly #webSocket: WebSocket;
  readonly #line: SocketLine;
  readonly #liveness: Liveness;
  readonly #outflow: Outflow;
  #context: UserContext;
  #isOpen = true;
  /** Where this side closed it. */
  #end: ServerEnd | undefined;
  #heardAtMs: number;
  #intake: FrameIntake | undefined;
  #subscriptions: Session['subscriptions'] | undefined;
  #leave: (() => void) | undefined;
  #watch: { close(): void } | undefined;

  constructor(options: ConnectionRooms, accepted: Accepted) {
    const { webSocket, line, context, connectionId, attemptId, facts } = accepted;
    this.#options = options;
    this.#webSocket = webSocket;
    this.#line = line;
    this.#context = context;
    this.connectionId = connectionId;
    this.#attemptId = attemptId;
    this.#facts = facts;
    this.userId = context.userId;
    this.#outflow = new Outflow(this);
    this.openedAtMs = options.now();
    this.#heardAtMs = this.openedAtMs;
    this.#liveness = createLiveness({
      token: this.#context,
      heartbeatMs: options.heartbeatMs,
      maxAgeMs: options.maxConnectionAgeMs,
      nowMs: this.openedAtMs,
      random: options.random,
    });
  }

  start(): void {
    const { log } = this.#options;
    this.#webSocket.on('message', (data, isBinary) =>
      this.#contain('a frame', () => this.#receive(data, isBinary)),
    );
    this.#webSocket.on('ping', (payload) => this.#contain('a ping', () => this.#pong(payload)));
    this.#webSocket.on('pong', () => this.#contain('a pong', () => this.#receiveControl()));
    this.#webSocket.on('error', (cause) => log.debug({ err: cause, ...this.#ids() }, 'socket error'));
    this.#webSocket.on('close', (code) => this.#closed(code));
    this.#line.onTaken(this.#taken);
    this.#contain('the start', () => this.#begin());
  }

  get kind(): Live['kind'] {
    return 'websocket';
  }

  get session(): Session {
    return this;
  }

  get subscriptions(): Session['subscriptions'] {
    this.#subscriptions ??= new Map();
    return this.#subscriptions;
  }

  get flow(): Flow {
    return this.#outflow;
  }

  context(): UserContext {
    return this.#context;
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  renew(context: UserContext): void {
    this.#context = context;
    this.#liveness.renewed(context);
    // What was revoked between the verdict and now found the old token here.
    const revoked = revocationOf(context.token, this.#options.revocations);
    if (revoked !== undefined) this.close(revoked);
    // A token that is nearly over is announced at once.
    this.tick(this.#options.now());
  }

  send(frame: ConnectionFrame): void {
    this.deliver(new EncodedFrame(encodeFrame(frame)));
  }

  sendError(refused: Refusal, ref: string | undefined): void {
    this.send(errorFrame(refused, this.#at(), ref));
  }

  sendShared(parts: readonly Uint8Array[]): void {
    if (this.#isOpen && !this.#outflow.sendShared(parts)) this.close('slow_consumer');
  }

  /** Bound to this, because feeds keep it; and it never throws into them. */
  readonly deliver = (frame: EncodedFrame): void => {
    if (!this.#isOpen) return;
    try {
      // Nothing that waits is merged or dropped: a reader that is too slow resumes on a new connection.
      if (!this.#outflow.send(frame)) this.close('slow_consumer');
    } catch (cause) {
      this.fail(cause, 'a delivery');
    }
  };

  bufferedBytes(): number {
    return this.#line.bufferedBytes();
  }

  queuedBytes(): number {
    return this.#outflow.queuedBytes();
  }

  write(frame: EncodedFrame): void {
    this.#line.write(frame.webSocketFrame());
  }

  writePiece({ bytes, isFirst, isLast }: Piece): void {
    const opcode = isFirst ? OPCODES.text : OPCODES.continuation;
    this.#line.write(encodeWebSocketFrame(bytes, { opcode, isLast }));
  }

  tick(nowMs: number): void {
    this.#contain('a tick', () => this.#tickAt(nowMs));
  }

  drain(): void {
    this.#contain('the drain', () => this.#drainAs('draining'));
  }

  token(): RevocableToken {
    return this.#context.token;
  }

  end(code: CloseReasonCode): void {
    this.close(code);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  close(code: CloseReasonCode): void {
    this.#closeWith(closeCodeOf(code), code);
  }

  /** A defect in what concerns this connection: it ends, and no other. */
  fail(cause: unknown, doing: string): void {
    this.#options.log.error({ err: cause, doing, ...this.#ids() }, 'a connection failed');
    try {
      this.close('internal_error');
    } catch (closeCause) {
      this.#options.log.error({ err: closeCause, ...this.#ids() }, 'a failed connection could not be closed');
      this.#webSocket.terminate();
    }
  }

  #begin(): void {
    const { feed, liveSet, heartbeatMs, log, now } = this.#options;
    const attemptId = this.#attemptId;
    this.#leave = liveSet.add(this);
    log.debug({ attempt_id: attemptId, ...this.#ids() }, 'connection opened');
    const facts = { connectionId: this.connectionId, attemptId, at: this.#at(), heartbeatMs };
    this.send(establishedFrame(this.#context, facts));
    this.#watch = feed.watchOwner(this.userId, this.deliver);
    this.#tickAt(now());
  }

  #tickAt(nowMs: number): void {
    if (this.#outflow.isStalled(nowMs)) this.close('slow_consumer');
    if (!this.#isOpen) return;
    // Pings and pongs travel in the same line as the rest; and who is not read is not silent.
    if (this.#outflow.isMoving(nowMs) || this.#intake?.isPaused === true) this.#liveness.heard();
    for (const action of this.#liveness.due(nowMs)) {
      if (action.kind === 'heartbeat') this.#beat();
      else if (action.kind === 'token_expiring') this.#warn();
      else if (action.code === 'max_age') this.#drainAs(action.code);
      else this.close(action.code);
    }
  }

  readonly #taken = (): void => {
    if (!this.#isOpen) return;
    try {
      this.#outflow.progressed();
    } catch (cause) {
      this.fail(cause, 'a write');
    }
  };

  #ids(): { connection_id: string; user_id: string } {
    return { connection_id: this.connectionId, user_id: this.userId };
  }

  #at(): string {
    return new Date(this.#options.now()).toISOString();
  }

  #beat(): void {
    this.send({ type: 'heartbeat', at: this.#at() });
    if (this.#isOpen) this.#line.write(encodeWebSocketFrame(NO_PAYLOAD, { opcode: OPCODES.ping }));
  }

  #warn(): void {
    const expiresAt = new Date(this.#context.expiresAtMs).toISOString();
    this.send({ type: 'token_expiring', at: this.#at(), token_expires_at: expiresAt });
  }

  #intakeOf(): FrameIntake {
    this.#intake ??= new FrameIntake(this, this.#options);
    return this.#intake;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#isOpen) return;
    this.#heard();
    const traffic = this.#options.metrics?.traffic;
    if (traffic !== undefined) {
      traffic.framesReceived++;
      traffic.bytesReceived += sizeOf(data);
    }
    if (isBinary) this.#refuseBinary();
    else this.#intakeOf().receive(textOf(data));
  }

  #refuseBinary(): void {
    this.sendError(refusal('message_invalid', 'Frames are JSON in text, and this one is binary.'), undefined);
    this.#closeWith(BINARY_FRAME_CLOSE_CODE, 'message_invalid');
  }

  /** False: it came too fast. */
  #receiveControl(): boolean {
    if (!this.#isOpen) return false;
    this.#heard();
    return this.#intakeOf().receiveControl();
  }

  #heard(): void {
    this.#heardAtMs = this.#options.now();
    this.#liveness.heard();
  }

  #pong(payload: Buffer): void {
    if (!this.#receiveControl()) return;
    const { maxQueuedBytes } = LIMITS;
    // Who asks and does not read the answers is bounded like everybody.
    if (this.#line.bufferedBytes() > maxQueuedBytes) this.close('slow_consumer');
    else this.#line.write(encodeWebSocketFrame(payload, { opcode: OPCODES.pong }));
  }

  #contain(doing: string, act: () => void): void {
    try {
      act();
    } catch (cause) {
      this.fail(cause, doing);
    }
  }

  #drainAs(code: Extract<CloseReasonCode, 'draining' | 'max_age'>): void {
    const reconnectAfterMs = Math.round(this.#options.random() * RECONNECT_SPREAD_MS);
    this.send({ type: 'draining', at: this.#at(), reconnect_after_ms: reconnectAfterMs });
    this.close(code);
  }

  #closeWith(closeCode: number, reason: ReasonCode): void {
    if (!this.#isOpen) return;
    this.#end = { code: reason, closeCode, queuedBytes: this.#outflow.queuedBytes() };
    this.#dispose();
    this.#webSocket.close(closeCode, reason);
    // A paused socket would never see the client's close frame.
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  /** The words of the client's own close frame go nowhere: a label without bounds, and whatever it likes in the log. */
  #closed(code: number): void {
    this.#dispose();
    const { metrics, onClosed, log, now } = this.#options;
    const reason = this.#end?.code ?? reasonOfClose(code, '')?.code ?? 'client';
    metrics?.connectionClosed(reason);
    const facts = { attempt_id: this.#attemptId, close_code: code, close_reason: reason };
    log.info({ ...this.#ids(), ...facts, open_ms: now() - this.openedAtMs }, 'connection closed');
    this.#intake?.release();
    this.#watch?.close();
    this.#leave?.();
    onClosed?.(this.#record(code, now()));
  }

  #record(closeCode: number, nowMs: number): ClosedConnection {
    const ids = { ...this.#ids(), attempt_id: this.#attemptId };
    const end = { end: this.#end, closeCode, queuedBytes: this.bufferedBytes() };
    const times = { nowMs, openedAtMs: this.openedAtMs, heardAtMs: this.#heardAtMs };
    return closedRecord({ ...this.#facts, ...ids, ...end }, times);
  }

  /** No frame goes out or is answered after this; the place in the live set is kept until the socket is gone. */
  #dispose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#outflow.end({ finishFrame: false });
    for (const subscription of this.#subscriptions?.values() ?? []) subscription.close();
    this.#subscriptions?.clear();
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength;
}
