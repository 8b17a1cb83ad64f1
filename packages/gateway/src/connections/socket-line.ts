import type { Duplex } from 'node:stream';
import { createTraffic, type Traffic } from '../metrics/traffic.ts';
import { WINDOW_BYTES } from './outflow.ts';

/** Below this, what is copied together costs less than a list of buffers does. */
const MAX_JOINED_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** Collects what all lines have to write and lets each write once per turn of the event loop. */
export class WriteTick {
  /** What all lines together were given to write. */
  readonly traffic: Traffic;
  #waiting: SocketLine[] = [];

  constructor(traffic: Traffic = createTraffic()) {
    this.traffic = traffic;
  }

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
  /** Before `#text`. Made only where there is more than text. */
  #buffers: Buffer[] | undefined;
  /** One character for each byte. */
  #text = '';
  #waitingBytes = 0;
  #isWatching = false;
  #isEnded = false;
  #onTaken: (() => void) | undefined;

  /** `answer`: leaves before the first frame, and is none. */
  constructor(socket: Duplex, tick: WriteTick, answer = '') {
    this.#socket = socket;
    this.#tick = tick;
    this.#text = answer;
    this.#waitingBytes = answer.length;
    if (answer !== '') tick.add(this);
  }

  /** Called whenever something was taken that somebody may wait for. */
  onTaken(listener: () => void): void {
    this.#onTaken = listener;
  }

  /** Whole frames: bytes, or a string with one character for each byte. Ignored once the line has ended. */
  write(bytes: string | Buffer): void {
    if (this.#isEnded) return;
    if (this.#waitingBytes === 0) this.#tick.add(this);
    this.#waitingBytes += bytes.length;
    const { traffic } = this.#tick;
    traffic.framesSent++;
    traffic.bytesSent += bytes.length;
    if (typeof bytes === 'string') {
      this.#text += bytes;
    } else {
      this.#bufferText();
      this.#buffers ??= [];
      this.#buffers.push(bytes);
    }
  }

  /** What the reader has not taken. Where the kernel took all, the socket is not asked: for each event that would cost. */
  bufferedBytes(): number {
    return this.#isWatching ? this.#waitingBytes + this.#socket.writableLength : this.#waitingBytes;
  }

  flush(): void {
    const bytes = this.#waitingBytes;
    if (bytes === 0) return;
    const isWritable = this.#socket.writable;
    if (isWritable) this.#writeOut();
    this.#buffers = undefined;
    this.#text = '';
    this.#waitingBytes = 0;
    // The end of the socket is announced by its `close` event, or is about to be.
    if (!isWritable) return;
    this.#watch();
    // Nobody waits for less: a line that holds less than the window is ready.
    if (!this.#isWatching && bytes >= WINDOW_BYTES) this.#onTaken?.();
  }

  /** Writes what waits, and nothing after it. */
  end(): void {
    this.#isEnded = true;
    this.flush();
  }

  #writeOut(): void {
    if (this.#buffers === undefined) {
      this.#socket.write(this.#text, 'latin1');
      return;
    }
    this.#bufferText();
    const [first = NOTHING] = this.#buffers;
    if (this.#buffers.length === 1) this.#socket.write(first);
    else if (this.#waitingBytes <= MAX_JOINED_BYTES) this.#socket.write(Buffer.concat(this.#buffers));
    else this.#writeApart(this.#buffers);
  }

  #bufferText(): void {
    if (this.#text === '') return;
    this.#buffers ??= [];
    this.#buffers.push(Buffer.from(this.#text, 'latin1'));
    this.#text = '';
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
