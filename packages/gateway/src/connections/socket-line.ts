import type { Duplex } from 'node:stream';

/** Below this, what is copied together costs less than a list of buffers does. */
const MAX_JOINED_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** Collects what all lines have to write and lets each write once per turn of the event loop. */
export class WriteTick {
  #waiting: SocketLine[] = [];

  /** A line asks once, and again after it was flushed. */
  add(line: SocketLine): void {
    this.#waiting.push(line);
    if (this.#waiting.length === 1) setImmediate(this.#flushAll);
  }

  readonly #flushAll = (): void => {
    const lines = this.#waiting;
    this.#waiting = [];
    for (const line of lines) line.flush();
  };
}

/**
 * The bytes on their way to one socket, in order: everything that is sent on an open connection goes through here, pings
 * and pongs too, and what came together leaves in one write. `ws` writes only its close frame, after the last flush.
 */
export class SocketLine {
  readonly #socket: Duplex;
  readonly #tick: WriteTick;
  #waiting: Buffer[] | undefined;
  #waitingBytes = 0;
  #isWatching = false;
  #isEnded = false;
  #onTaken: (() => void) | undefined;

  constructor(socket: Duplex, tick: WriteTick) {
    this.#socket = socket;
    this.#tick = tick;
  }

  /** Called whenever something was taken: by the kernel at once, or later by the reader. */
  onTaken(listener: () => void): void {
    this.#onTaken = listener;
  }

  /** The bytes of whole frames. Ignored once the line has ended. */
  write(bytes: Buffer): void {
    if (this.#isEnded) return;
    this.#waitingBytes += bytes.length;
    if (this.#waiting !== undefined) {
      this.#waiting.push(bytes);
      return;
    }
    this.#waiting = [bytes];
    this.#tick.add(this);
  }

  /** What the reader has not taken. */
  bufferedBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  flush(): void {
    const frames = this.#waiting;
    if (frames === undefined) return;
    const bytes = this.#waitingBytes;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    const socket = this.#socket;
    // The end of the socket is announced by its `close` event, or is about to be.
    if (!socket.writable) return;
    const [first = NOTHING] = frames;
    if (frames.length === 1) socket.write(first);
    else if (bytes <= MAX_JOINED_BYTES) socket.write(Buffer.concat(frames, bytes));
    else this.#writeApart(frames);
    this.#watch();
    if (!this.#isWatching) this.#onTaken?.();
  }

  /** Writes what waits, and nothing after it. */
  end(): void {
    this.#isEnded = true;
    this.flush();
  }

  #writeApart(frames: readonly Buffer[]): void {
    this.#socket.cork();
    for (const frame of frames) this.#socket.write(frame);
    this.#socket.uncork();
  }

  /**
   * Mostly the kernel takes all at once and there is nothing to wait for. Where it does not, a write of nothing behind
   * the rest says when the rest is taken: a callback for every write costs more than the writes themselves.
   */
  #watch(): void {
    if (this.#isWatching || this.#socket.writableLength === 0) return;
    this.#isWatching = true;
    this.#socket.write(NOTHING, this.#taken);
  }

  readonly #taken = (error?: Error | null): void => {
    if (error) return;
    this.#isWatching = false;
    this.#watch();
    this.#onTaken?.();
  };
}
