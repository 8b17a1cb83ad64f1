import { connect, type Socket } from 'node:net';

/** How a contender is spoken to. */
export interface Dialogue {
  /** The upgrade, with the token where it goes there. */
  request(token: string): string;
  /** Texts that come one after the other, and what is sent after each. The last one means: established. */
  turns(token: string): readonly { hear: string; say?: string }[];
  /** Sent on an established socket that is to get events. */
  follow?: string;
}

/** All sockets share it: what is read is counted at once and kept by nobody. */
const readBuffer = Buffer.alloc(256 * 1024);

/** A client that knows as much of RFC 6455 as it takes to count frames: it must cost less than the server. */
export class RawClient {
  readonly socket: Socket;
  /** Whole frames since the socket was established. */
  frames = 0;
  readonly established: Promise<void>;
  /** Is shown what an established socket reads, and may not keep it. */
  onBytes: ((bytes: Buffer) => void) | undefined;
  #heard: string | undefined = '';
  #turn = 0;
  #needed = 0;
  #header: Buffer = Buffer.alloc(0);

  constructor(port: number, token: string, dialogue: Dialogue, localAddress?: string) {
    const turns = dialogue.turns(token);
    let resolve: () => void;
    let reject: (cause: Error) => void;
    this.established = new Promise((resolved, rejected) => {
      resolve = resolved;
      reject = rejected;
    });
    const hear = (bytes: Buffer): void => {
      if (this.#heard === undefined) {
        this.#count(bytes);
        this.onBytes?.(bytes);
        return;
      }
      this.#heard += bytes.toString('latin1');
      const turn = turns[this.#turn];
      if (turn === undefined || !this.#heard.includes(turn.hear)) return;
      this.#turn++;
      if (turn.say !== undefined) this.socket.write(maskedText(turn.say));
      if (this.#turn < turns.length) return;
      this.#heard = undefined;
      resolve();
    };
    this.socket = connect({
      port,
      host: '127.0.0.1',
      ...(localAddress === undefined ? {} : { localAddress }),
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback(length) {
          hear(readBuffer.subarray(0, length));
          return true;
        },
      },
    });
    this.socket.on('error', (cause) => reject(cause));
    this.socket.on('close', () => reject(new Error(`closed after: ${this.#heard?.slice(0, 300)}`)));
    this.socket.write(dialogue.request(token));
  }

  /** Counts whole frames; a frame may come in any number of reads. */
  #count(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#needed > 0) {
        const taken = Math.min(this.#needed, bytes.length - at);
        this.#needed -= taken;
        at += taken;
        if (this.#needed === 0) this.frames++;
        continue;
      }
      const split = this.#header.length > 0;
      const rest = split ? Buffer.concat([this.#header, bytes.subarray(at)]) : bytes;
      const from = split ? 0 : at;
      const length = rest[from + 1] ?? -1;
      const headerLength = length === 126 ? 4 : length === 127 ? 10 : 2;
      if (rest.length - from < headerLength) {
        this.#header = Buffer.from(rest.subarray(from));
        return;
      }
      const payload =
        length === 126
          ? rest.readUInt16BE(from + 2)
          : length === 127
            ? Number(rest.readBigUInt64BE(from + 2))
            : length;
      at += headerLength - this.#header.length;
      this.#header = Buffer.alloc(0);
      if (payload === 0) this.frames++;
      this.#needed = payload;
    }
  }
}

/** A text frame of a client, masked with zeros. */
export function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const isShort = payload.length < 126;
  const header = Buffer.alloc(isShort ? 6 : 8);
  header[0] = 0x81;
  header[1] = 0x80 | (isShort ? payload.length : 126);
  if (!isShort) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}
