import { LIMITS } from '@netra/protocol';
import type { Flow } from '../event-log/flow.ts';
import { EncodedFrame } from './encoded-frame.ts';

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
 * reader takes them. All that waits together has a limit, which only a large frame may pass that finds nothing before it.
 * Whoever can wait, as a feed can, asks `isReady()` first and does not add to what waits.
 */
export class Outflow implements Flow {
  readonly #outlet: Outlet;
  /** Made when something has to wait. */
  #waiting: (EncodedFrame | Piece)[] | undefined;
  #waitingBytes = 0;
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
    if (bufferedBytes + this.#waitingBytes > LIMITS.maxQueuedBytes) return false;
    // Nothing waited: its time begins now.
    if (bufferedBytes === 0 && this.#waiting === undefined) this.#hasMoved = true;
    if (isLarge(frame.text)) return this.#sendLarge([frame.bytes()]);
    if (this.#waiting === undefined) {
      this.#outlet.write(frame);
    } else {
      this.#waiting.push(frame);
      this.#waitingBytes += Buffer.byteLength(frame.text);
      this.#writeOn();
    }
    return true;
  }

  /** A frame whose parts may be shared with other readers: they are not copied before they leave. */
  sendShared(parts: readonly Uint8Array[]): boolean {
    const bytes = sum(parts);
    if (bytes <= WINDOW_BYTES) return this.send(new EncodedFrame(Buffer.concat(parts).toString()));
    return this.#sendLarge(parts);
  }

  /** All that the reader has not taken. */
  queuedBytes(): number {
    return this.#outlet.bufferedBytes() + this.#waitingBytes;
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
    this.#waitingBytes = 0;
    this.#wakeAll();
  }

  #sendLarge(parts: readonly Uint8Array[]): boolean {
    const bytes = sum(parts);
    if (!this.isReady() && this.queuedBytes() + bytes > LIMITS.maxQueuedBytes) return false;
    if (!this.#isWaiting()) this.#hasMoved = true;
    this.#waiting ??= [];
    this.#waiting.push(...cut(parts));
    this.#waitingBytes += bytes;
    this.#writeOn();
    return true;
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
      this.#waitingBytes -= next.bytes.length;
      this.#outlet.writePiece(next);
    } else {
      this.#waitingBytes -= Buffer.byteLength(next.text);
      this.#outlet.write(next);
    }
  }
}

function isLarge(text: string): boolean {
  // UTF-8 needs up to three bytes for each unit.
  return text.length > WINDOW_BYTES / 3 && Buffer.byteLength(text) > WINDOW_BYTES;
}

/** In bytes: a frame may be cut anywhere, also within a character. */
function cut(parts: readonly Uint8Array[]): Piece[] {
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    for (let start = 0; start < part.length; start += WINDOW_BYTES)
      pieces.push(part.subarray(start, start + WINDOW_BYTES));
  }
  return pieces.map((bytes, index) => ({
    bytes,
    isFirst: index === 0,
    isLast: index === pieces.length - 1,
  }));
}

function sum(parts: readonly Uint8Array[]): number {
  return parts.reduce((bytes, part) => bytes + part.length, 0);
}
