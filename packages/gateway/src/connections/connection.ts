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
import type { RevocableToken } from '@netra/token';
import type { RawData, WebSocket } from 'ws';
import type { Flow } from '../event-log/flow.ts';
import { isoTime } from '../iso-time.ts';
import { revocationOf } from '../revocations/end-revoked.ts';
import { closedRecord, type ServerEnd } from './closed-record.ts';
import { errorFrame, establishedFrame } from './connection-frames.ts';
import type { Accepted, ConnectionRooms } from './connection-rooms.ts';
import { drainingFrame } from './draining-frame.ts';
import { EncodedFrame } from './encoded-frame.ts';
import { FrameIntake, type IntakeEnd } from './frame-intake.ts';
import type { Live } from './live-set.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import { Outflow } from './outflow.ts';
import { sizeOf, textOf } from './raw-data.ts';
import type { Session } from './session.ts';
import { SocketOutlet } from './socket-outlet.ts';
import type { UserContext } from './user-context.ts';

const BINARY_FRAME_CLOSE_CODE = 1003;

/** Runs one accepted connection until it closes, and then releases everything that it opened. */
export function openConnection(rooms: ConnectionRooms, accepted: Accepted): void {
  new Connection(rooms, accepted).start();
}

/** A class, so that ten thousand of them share their functions; what an idle one does not need is made later. */
class Connection implements Session, Live, IntakeEnd {
  readonly connectionId: string;
  readonly userId: string;
  readonly openedAtMs: number;
  readonly #attemptId: string;
  readonly #facts: Accepted['facts'];
  readonly #options: ConnectionRooms;
  readonly #webSocket: WebSocket;
  readonly #outlet: SocketOutlet;
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
    this.#outlet = new SocketOutlet(line);
    this.#context = context;
    this.connectionId = connectionId;
    this.#attemptId = attemptId;
    this.#facts = facts;
    this.userId = context.userId;
    this.#outflow = new Outflow(this.#outlet);
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
    this.#outlet.onTaken(this.#taken);
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

  queuedBytes(): number {
    return this.#outflow.queuedBytes();
  }

  tick(nowMs: number): void {
    // Not by `#contain`, which would make a closure for each of all connections, twice a second.
    try {
      this.#tickAt(nowMs);
    } catch (cause) {
      this.fail(cause, 'a tick');
    }
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
    return isoTime(this.#options.now());
  }

  #beat(): void {
    this.send({ type: 'heartbeat', at: this.#at() });
    if (this.#isOpen) this.#outlet.ping();
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
    if (this.#outlet.bufferedBytes() > maxQueuedBytes) this.close('slow_consumer');
    else this.#outlet.pong(payload);
  }

  #contain(doing: string, act: () => void): void {
    try {
      act();
    } catch (cause) {
      this.fail(cause, doing);
    }
  }

  #drainAs(code: Extract<CloseReasonCode, 'draining' | 'max_age'>): void {
    this.send(drainingFrame(this.#options));
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
    const facts = { close_code: code, close_reason: reason, open_ms: now() - this.openedAtMs };
    log.info({ attempt_id: this.#attemptId, ...facts, ...this.#ids() }, 'connection closed');
    this.#intake?.release();
    this.#watch?.close();
    this.#leave?.();
    onClosed?.(this.#record(code, now()));
  }

  #record(closeCode: number, nowMs: number): ClosedConnection {
    const known = {
      ids: { connection_id: this.connectionId, attempt_id: this.#attemptId, user_id: this.userId },
      facts: this.#facts,
      end: this.#end,
      closeCode,
      queuedBytes: this.#outlet.bufferedBytes(),
    };
    return closedRecord(known, { nowMs, openedAtMs: this.openedAtMs, heardAtMs: this.#heardAtMs });
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
