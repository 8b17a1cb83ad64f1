import { type ClientFrame, type CloseReasonCode, decodeClientFrame, LIMITS, refusal } from '@netra/protocol';
import { isDatabaseOutage } from '../database-outage.ts';
import { FrameBudget, type UserBudgets } from './frame-budget.ts';
import { type FrameHandlers, type FrameLane, laneOf } from './frame-handlers.ts';
import type { Session } from './session.ts';

/** Frames being answered before the socket is no longer read: the sender waits, not our memory. */
const MAX_PENDING_FRAMES = 32;

/** The connection as its intake sees it. */
export interface IntakeEnd {
  readonly session: Session;
  /** Stops and goes on with reading what the client sends. */
  pause(): void;
  resume(): void;
  close(code: CloseReasonCode): void;
  /** A handler threw: the connection is to end. */
  fail(cause: unknown, doing: string): void;
}

export interface IntakeOptions {
  handlers: FrameHandlers;
  userBudgets: UserBudgets;
  now: () => number;
}

/** What a client sends on one connection: decoded, bounded in rate, and answered. Made when the first frame comes. */
export class FrameIntake {
  readonly #end: IntakeEnd;
  readonly #options: IntakeOptions;
  readonly #budget: FrameBudget;
  readonly #user: ReturnType<UserBudgets['join']>;
  readonly #lanes = new Map<FrameLane, Promise<void>>();
  #malformedAtMs: number[] = [];
  #refusedAtMs: number[] = [];
  #pendingFrames = 0;
  #isPaused = false;

  constructor(end: IntakeEnd, options: IntakeOptions) {
    this.#end = end;
    this.#options = options;
    this.#budget = new FrameBudget(LIMITS.connectionFrames, options.now());
    this.#user = options.userBudgets.join(end.session.context().userId);
  }

  receive(text: string): void {
    const { session } = this.#end;
    const decoded = decodeClientFrame(text);
    const waitMs = this.#take();
    if (waitMs > 0) this.#refuse(waitMs, decoded.ok ? decoded.frame.id : decoded.ref);
    else if (decoded.ok) this.#accept(decoded.frame);
    else session.sendError(decoded, decoded.ref);
    if (decoded.ok || !decoded.isUnparsable) return;
    this.#malformedAtMs = this.#within(LIMITS.malformedWindowMs, this.#malformedAtMs);
    if (this.#malformedAtMs.length >= LIMITS.maxMalformedFrames) this.#end.close('message_malformed');
  }

  /** A ping or pong. False: it came too fast to be answered. */
  receiveControl(): boolean {
    if (this.#take() === 0) return true;
    this.#countRefused();
    return false;
  }

  /** So many frames are being answered that the client is not read: its pong cannot be heard. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Gives back what is shared with other connections. */
  release(): void {
    this.#user.leave();
  }

  /** Milliseconds to wait, or 0 and the frame is counted. */
  #take(): number {
    const nowMs = this.#options.now();
    const waitMs = Math.max(this.#budget.waitMs(nowMs), this.#user.budget.waitMs(nowMs));
    if (waitMs > 0) return waitMs;
    this.#budget.take();
    this.#user.budget.take();
    return 0;
  }

  #refuse(waitMs: number, ref: string | undefined): void {
    this.#end.session.sendError(
      refusal('rate_limited', 'Frames come too fast; this one was ignored.', waitMs),
      ref,
    );
    this.#countRefused();
  }

  #countRefused(): void {
    this.#refusedAtMs = this.#within(LIMITS.refusedWindowMs, this.#refusedAtMs);
    if (this.#refusedAtMs.length >= LIMITS.maxRefusedFrames) this.#end.close('message_rate_exceeded');
  }

  /** The times that are still within the window, and now. */
  #within(windowMs: number, timesMs: readonly number[]): number[] {
    const nowMs = this.#options.now();
    return [...timesMs.filter((atMs) => nowMs - atMs < windowMs), nowMs];
  }

  #accept(frame: ClientFrame): void {
    this.#pendingFrames++;
    if (this.#pendingFrames >= MAX_PENDING_FRAMES && !this.#isPaused) {
      this.#isPaused = true;
      this.#end.pause();
    }
    const lane = laneOf(frame);
    const before = lane === undefined ? undefined : this.#lanes.get(lane);
    const answered = before === undefined ? this.#answer(frame) : before.then(() => this.#answer(frame));
    if (lane !== undefined) this.#lanes.set(lane, answered);
  }

  /** Never rejects: a handler that throws costs its own connection and no other. */
  async #answer(frame: ClientFrame): Promise<void> {
    const { session } = this.#end;
    try {
      if (session.isOpen()) await this.#options.handlers.handle(frame, session);
    } catch (cause) {
      if (isDatabaseOutage(cause)) session.sendError(refusal('database_unavailable'), frame.id);
      else this.#end.fail(cause, `answering ${frame.type}`);
    } finally {
      this.#pendingFrames--;
      if (this.#isPaused && this.#pendingFrames < MAX_PENDING_FRAMES) {
        this.#isPaused = false;
        this.#end.resume();
      }
    }
  }
}
