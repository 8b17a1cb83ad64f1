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
  /** Made when something has to wait. */
  #waiting: (EncodedFrame | Piece)[] | undefined;
  #waitingSmallBytes = 0;
  #isInFrame = false;
  /** Something moved since the last look; a clock that is asked for every event would cost more than the rest of this. */
  #hasMoved = true;
  #movedAtMs = 0;
  #wake: (() => void)[] | undefined;
  #isEnded = false;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** False: more waits than may, and the frame was not taken. */
  send(frame: EncodedFrame): boolean {
    const bufferedBytes = this.#outlet.bufferedBytes();
    if (bufferedBytes + this.#waitingSmallBytes > LIMITS.maxQueuedBytes) return false;
    // Nothing waited: its time begins now.
    if (bufferedBytes === 0 && this.#waiting === undefined) this.#hasMoved = true;
    if (isLarge(frame.text)) {
      this.#waiting ??= [];
      this.#waiting.push(...cut(frame.text));
      this.#writeOn();
    } else if (this.#waiting === undefined) {
      this.#outlet.write(frame);
    } else {
      this.#waiting.push(frame);
      this.#waitingSmallBytes += Buffer.byteLength(frame.text);
      this.#writeOn();
    }
    return true;
  }

  /** All that the reader has not taken. Looks through what waits: for figures, not for decisions. */
  queuedBytes(): number {
    let bytes = this.#outlet.bufferedBytes();
    for (const next of this.#waiting ?? [])
      bytes += 'isLast' in next ? next.bytes.length : Buffer.byteLength(next.text);
    return bytes;
  }

  isReady(): boolean {
    return this.#waiting === undefined && this.#outlet.bufferedBytes() < WINDOW_BYTES;
  }

  drained(): Promise<void> {
    if (this.#isEnded || this.isReady()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake ??= [];
      this.#wake.push(resolve);
    });
  }

  /** The reader took something. */
  progressed(): void {
    this.#hasMoved = true;
    this.#writeOn();
    if (this.isReady()) this.#wakeAll();
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
    while (finishFrame && this.#isInFrame && this.#waiting !== undefined) this.#writeNext();
    this.#waiting = undefined;
    this.#wakeAll();
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = undefined;
    for (const wake of waiting ?? []) wake();
  }

  #isWaiting(): boolean {
    return this.#waiting !== undefined || this.#outlet.bufferedBytes() > 0;
  }

  #movedBy(nowMs: number): number {
    if (this.#hasMoved) this.#movedAtMs = nowMs;
    this.#hasMoved = false;
    return this.#movedAtMs;
  }

  #writeOn(): void {
    while (this.#waiting !== undefined && this.#outlet.bufferedBytes() < WINDOW_BYTES) this.#writeNext();
  }

  #writeNext(): void {
    const next = this.#waiting?.shift();
    if (this.#waiting?.length === 0) this.#waiting = undefined;
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
