import { LIMITS } from '@netra/protocol';
import type { Flow } from '../event-log/flow.ts';

/** Bytes that are handed over before their reader has taken the last ones; a larger frame travels in such pieces. */
export const WINDOW_BYTES = 64 * 1024;
/** A reader who takes nothing for this long while something waits is a slow consumer. */
const STALL_MS = 10_000;

/** What lies below: a WebSocket, or the body of a response. */
export interface Outlet {
  /** Bytes that were written and that the reader has not taken. */
  bufferedBytes(): number;
  /** Writes a piece of a frame; `Outflow.progressed` is called whenever pieces were taken. */
  write(piece: string | Uint8Array, isLast: boolean): void;
}

/**
 * The frames on their way to one reader, in order. What is large, as a snapshot is, leaves in pieces as fast as the
 * reader takes them, and does not count as slowness. The small ones that wait have a limit. Whoever can wait, as a feed
 * can, asks `isReady()` first and does not add to them.
 */
export class Outflow implements Flow {
  readonly #outlet: Outlet;
  readonly #now: () => number;
  #waiting: { piece: string | Uint8Array; isLast: boolean; isLarge: boolean }[] = [];
  #waitingSmallBytes = 0;
  #isInFrame = false;
  #progressAtMs: number;
  #wake: (() => void)[] = [];
  #isEnded = false;

  constructor(outlet: Outlet, now: () => number) {
    this.#outlet = outlet;
    this.#now = now;
    this.#progressAtMs = now();
  }

  /** False: more waits than may, and the frame was not taken. */
  send(frame: string): boolean {
    if (this.queuedBytes() > LIMITS.maxQueuedBytes) return false;
    if (this.isReady()) this.#progressAtMs = this.#now();
    // UTF-8 needs up to three bytes for each unit.
    const isLarge = frame.length > WINDOW_BYTES / 3 && Buffer.byteLength(frame) > WINDOW_BYTES;
    if (!isLarge && this.#waiting.length === 0) {
      this.#outlet.write(frame, true);
      return true;
    }
    for (const entry of isLarge ? cut(frame) : [{ piece: frame, isLast: true, isLarge }])
      this.#waiting.push(entry);
    if (!isLarge) this.#waitingSmallBytes += frame.length;
    this.#writeOn();
    return true;
  }

  /** Of small frames that wait here, and of all that was handed over and not taken. */
  queuedBytes(): number {
    return this.#outlet.bufferedBytes() + this.#waitingSmallBytes;
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
    this.#progressAtMs = this.#now();
    this.#writeOn();
    if (this.#wake.length > 0 && this.isReady()) for (const wake of this.#wake.splice(0)) wake();
  }

  /** Something waits, and the reader took nothing for longer than may be. */
  isStalled(nowMs: number): boolean {
    return !this.isReady() && nowMs - this.#progressAtMs >= STALL_MS;
  }

  /** Something waits, and the reader is taking it: it lives, though its pong may be behind the rest. */
  isMoving(nowMs: number): boolean {
    return !this.isReady() && nowMs - this.#progressAtMs < STALL_MS;
  }

  /** Drops what waits, and lets go of all who wait for it. `finishFrame`: what was begun is written to its end. */
  end({ finishFrame }: { finishFrame: boolean }): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    while (finishFrame && this.#isInFrame && this.#waiting.length > 0) this.#writeNext();
    this.#waiting = [];
    for (const wake of this.#wake.splice(0)) wake();
  }

  #writeOn(): void {
    while (this.#waiting.length > 0 && this.#outlet.bufferedBytes() < WINDOW_BYTES) this.#writeNext();
  }

  #writeNext(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    if (!next.isLarge) this.#waitingSmallBytes -= next.piece.length;
    this.#isInFrame = !next.isLast;
    this.#outlet.write(next.piece, next.isLast);
  }
}

/** In bytes: a frame may be cut anywhere, also within a character. */
function cut(frame: string): { piece: Uint8Array; isLast: boolean; isLarge: true }[] {
  const bytes = Buffer.from(frame);
  const count = Math.ceil(bytes.length / WINDOW_BYTES);
  return Array.from({ length: count }, (_, index) => ({
    piece: bytes.subarray(index * WINDOW_BYTES, (index + 1) * WINDOW_BYTES),
    isLast: index === count - 1,
    isLarge: true,
  }));
}
