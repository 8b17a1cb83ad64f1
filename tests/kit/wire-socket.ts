import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { serverFrameSchema } from '@netra/protocol';
import { poll } from './poll.ts';
import { OPCODE, readWireFrames } from './wire-frame.ts';

/** A WebSocket over a bare TCP socket: it sends bytes, and writes down what comes back, one line each. */
export interface WireSocket {
  /** `established`, `pong(hex)`, `ping(hex)`, `close(code reason)`, `answer(type ref)` or `error(code ref)`. */
  readonly events: readonly string[];
  /** Writes the bytes in chops of this size, each in its own turn of the loop; default: in one. */
  write(bytes: Buffer, chopBytes?: number): Promise<void>;
  /** Resolves when there are as many events; fails when the server ends first or stays silent. */
  heard(count: number): Promise<void>;
  /** Resolves when the server has ended the connection. */
  readonly ended: Promise<void>;
  /** Status line and headers of the answer to the upgrade. */
  readonly head: string;
  /** Reads no more, so that the server's bytes pile up. */
  pause(): void;
  resume(): void;
  end(): void;
  destroy(): void;
}

const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export interface WireSocketOptions {
  readonly url: string;
  readonly token: string;
  /** Sent in the same write as the request, before there is any answer. */
  readonly early?: Buffer;
}

/** Opens a connection by an upgrade request of our own. */
export async function openWire({ url, token, early }: WireSocketOptions): Promise<WireSocket> {
  const { hostname, port, host } = new URL(url);
  const request = [
    'GET /ws HTTP/1.1',
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
    `Authorization: Bearer ${token}`,
  ].join('\r\n');
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  socket.write(Buffer.concat([Buffer.from(`${request}\r\n\r\n`), early ?? Buffer.alloc(0)]));
  const wire = new Wire(socket);
  await wire.heard(1);
  return wire;
}

class Wire implements WireSocket {
  readonly events: string[] = [];
  readonly ended: Promise<void>;
  head = '';
  readonly #socket: Socket;
  #isEnded = false;
  #failure: Error | undefined;
  #received = Buffer.alloc(0);
  #message: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    // A server that closed early resets what is still being written; what it said before is what counts.
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const over = () => {
        this.#isEnded = true;
        resolve();
      };
      socket.on('end', over);
      socket.on('close', over);
    });
  }

  async write(bytes: Buffer, chopBytes = bytes.length): Promise<void> {
    for (let start = 0; start < bytes.length && !this.#isEnded; start += chopBytes) {
      const isTaken = this.#socket.write(bytes.subarray(start, start + chopBytes));
      if (chopBytes < bytes.length) await turn();
      if (!isTaken) await this.#drained();
    }
  }

  async heard(count: number): Promise<void> {
    await poll(
      () => {
        if (this.#failure !== undefined) throw this.#failure;
        if (this.events.length >= count) return true;
        if (this.#isEnded) throw new Error(`the server ended; ${this.#story()}`);
        return undefined;
      },
      { everyMs: 1, what: () => `${count} events; ${this.#story()}` },
    );
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #story(): string {
    return this.head === ''
      ? `no upgrade: ${this.#received.toString('latin1')}`
      : `so far: ${this.events.join(', ')}`;
  }

  async #drained(): Promise<void> {
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.ended]);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.head === '') {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0 || !this.#received.toString('latin1').startsWith('HTTP/1.1 101 ')) return;
      this.head = this.#received.subarray(0, end).toString('latin1');
      this.#received = this.#received.subarray(end + 4);
    }
    try {
      const { frames, rest } = readWireFrames(this.#received);
      this.#received = Buffer.from(rest);
      for (const frame of frames) this.#take(frame);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  #take({ opcode, payload, fin }: { opcode: number; payload: Buffer; fin: boolean }): void {
    if (opcode === OPCODE.ping) this.events.push(`ping(${payload.toString('hex')})`);
    else if (opcode === OPCODE.pong) this.events.push(`pong(${payload.toString('hex')})`);
    else if (opcode === OPCODE.close) this.events.push(closeEvent(payload));
    else {
      this.#message.push(payload);
      if (!fin) return;
      this.events.push(frameEvent(Buffer.concat(this.#message).toString('utf8')));
      this.#message = [];
    }
  }
}

function closeEvent(payload: Buffer): string {
  if (payload.length === 0) return 'close()';
  return `close(${payload.readUInt16BE(0)} ${payload.subarray(2).toString('utf8')})`.replace(' )', ')');
}

/** Throws for what the contract does not know. */
function frameEvent(text: string): string {
  const frame = serverFrameSchema.parse(JSON.parse(text));
  if (frame.type === 'connection_established') return 'established';
  const ref = 'ref' in frame && frame.ref !== undefined ? ` ${frame.ref}` : '';
  return frame.type === 'error' ? `error(${frame.code}${ref})` : `answer(${frame.type}${ref})`;
}
