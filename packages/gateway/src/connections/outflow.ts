import { LIMITS } from '@netra/protocol';
import type { Flow } from '../event-log/flow.ts';
import type { EncodedFrame } from './encoded-frame.ts';

/** Bytes that are handed over before their reader has taken the last ones; a larger frame travels in such pieces. */
export const WINDOW_BYTES = 64 * 1024;
/** A reader who takes nothing for this long while something waits is a slow consumer. */
const STALL_MS = 10_000;

/** What lies below: a WebSocket, or the body of a response. */
export interface Outlet {
  /** Bytes that were written and that the reader has not taken. */
  bufferedBytes(): number;
  /** Writes a whole frame; `Outflow.progressed` is called whenever something was taken. */
  write(frame: EncodedFrame): void;
  /** Writes a part of a large one. */
  writePiece(piece: Piece): void;
}

export interface Piece {
  bytes: Uint8Array;
  isFirst: boolean;
  isLast: boolean;
}

/**
 * The frames on their way to one reader, in order. What is large, as a snapshot is, leaves in pieces as fast as the
 * reader takes them, and does not count as slowness. The small ones that wait have a limit. Whoever can wait, as a feed
 * can, asks `isReady()` first and does not add to them.
 */
export class Outflow implements Flow {
  readonly #outlet: Outlet;
  #waiting: (EncodedFrame | Piece)[] = [];
  #waitingSmallBytes = 0;
  #isInFrame = false;
  /** Something moved since the last look; a clock that is asked for every event would cost more than the rest of this. */
  #hasMoved = true;
  #movedAtMs = 0;
  #wake: (() => void)[] = [];
  #isEnded = false;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** False: more waits than may, and the frame was not taken. */
  send(frame: EncodedFrame): boolean {
    const bufferedBytes = this.#outlet.bufferedBytes();
    if (bufferedBytes + this.#waitingSmallBytes > LIMITS.maxQueuedBytes) return false;
    // Nothing waited: its time begins now.
    if (bufferedBytes === 0 && this.#waiting.length === 0) this.#hasMoved = true;
    if (isLarge(frame.text)) {
      this.#waiting.push(...cut(frame.text));
    } else if (this.#waiting.length === 0) {
      this.#outlet.write(frame);
      return true;
    } else {
      this.#waiting.push(frame);
      this.#waitingSmallBytes += Buffer.byteLength(frame.text);
    }
    this.#writeOn();
    return true;
  }

  /** All that the reader has not taken. Looks through what waits: for figures, not for decisions. */
  queuedBytes(): number {
    const waiting = this.#waiting.reduce(
      (sum, next) => sum + ('isLast' in next ? next.bytes.length : Buffer.byteLength(next.text)),
      0,
    );
    return this.#outlet.bufferedBytes() + waiting;
  }

  isReady(): boolean {
    return this.#waiting.length === 0 && this.#outlet.bufferedBytes() < WINDOW_BYTES;
  }

  drained(): Promise<void> {
    if (this.#isEnded || this.isReady()) return Promise.resolve();
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  /** The reader took something. */
  progressed(): void {
    this.#hasMoved = true;
    this.#writeOn();
    if (this.#wake.length > 0 && this.isReady()) for (const wake of this.#wake.splice(0)) wake();
  }

  /** Something waits, and the reader took nothing for longer than may be. To be asked often: each look dates what moved. */
  isStalled(nowMs: number): boolean {
    return this.#isWaiting() && nowMs - this.#movedBy(nowMs) >= STALL_MS;
  }

  /** Something waits, and the reader is taking it: it lives, though its pong may be behind the rest. */
  isMoving(nowMs: number): boolean {
    return this.#isWaiting() && nowMs - this.#movedBy(nowMs) < STALL_MS;
  }

  /** Drops what waits, and lets go of all who wait for it. `finishFrame`: what was begun is written to its end. */
  end({ finishFrame }: { finishFrame: boolean }): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    while (finishFrame && this.#isInFrame && this.#waiting.length > 0) this.#writeNext();
    this.#waiting = [];
    for (const wake of this.#wake.splice(0)) wake();
  }

  #isWaiting(): boolean {
    return this.#waiting.length > 0 || this.#outlet.bufferedBytes() > 0;
  }

  #movedBy(nowMs: number): number {
    if (this.#hasMoved) this.#movedAtMs = nowMs;
    this.#hasMoved = false;
    return this.#movedAtMs;
  }

  #writeOn(): void {
    while (this.#waiting.length > 0 && this.#outlet.bufferedBytes() < WINDOW_BYTES) this.#writeNext();
  }

  #writeNext(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    if ('isLast' in next) {
      this.#isInFrame = !next.isLast;
      this.#outlet.writePiece(next);
    } else {
      this.#waitingSmallBytes -= Buffer.byteLength(next.text);
      this.#outlet.write(next);
    }
  }
}

function isLarge(text: string): boolean {
  // UTF-8 needs up to three bytes for each unit.
  return text.length > WINDOW_BYTES / 3 && Buffer.byteLength(text) > WINDOW_BYTES;
}

/** In bytes: a frame may be cut anywhere, also within a character. */
function cut(text: string): Piece[] {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / WINDOW_BYTES);
  return Array.from({ length: count }, (_, index) => ({
    bytes: bytes.subarray(index * WINDOW_BYTES, (index + 1) * WINDOW_BYTES),
    isFirst: index === 0,
    isLast: index === count - 1,
  }));
}
