import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '@netra/protocol';

/** Why it ended: the status and code of a refusal, a close frame, or neither. */
export interface LightEnding {
  readonly refused?: { readonly status: number; readonly code: string; readonly retryAfterMs: number };
  readonly close?: { readonly code: number; readonly reason: string };
}

export interface LightSocketOptions {
  readonly port: number;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** One whole frame of text. */
  readonly onFrame: (text: string, socket: LightSocket) => void;
  /** Called once. */
  readonly onEnd?: (ending: LightEnding) => void;
  /** Every byte as it came, the answer to the upgrade included. */
  readonly onBytes?: (bytes: Buffer) => void;
}

const OPCODE = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;
const HEADERS_END = Buffer.from('\r\n\r\n');
/** RFC 6455 wants a key; who masks with zeroes saves the work of it. */
const ZERO_MASK = Buffer.alloc(4);

/**
 * A WebSocket client on a bare TCP socket: thousands of them fit into one process, every byte can be looked at, and
 * reading can really stop.
 */
export class LightSocket {
  readonly #options: LightSocketOptions;
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  #parts: Buffer[] = [];
  #ending: LightEnding = {};
  #isEnded = false;

  constructor(options: LightSocketOptions) {
    this.#options = options;
    this.#socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(options)));
    this.#socket.on('data', (bytes) => this.#receive(bytes));
    this.#socket.on('error', () => undefined); // a close follows
    this.#socket.on('close', () => this.#end());
  }

  /** False: it is not open. */
  send(frame: object): boolean {
    if (!this.#isUpgraded || this.#isEnded) return false;
    this.#socket.write(encode(OPCODE.text, Buffer.from(JSON.stringify(frame))));
    return true;
  }

  /** Reads nothing from now on: what comes stays in the kernel, then at the server. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends without a word, as a process that dies does. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** With a close frame. */
  close(): void {
    if (this.#isUpgraded) this.#socket.end(encode(OPCODE.close, Buffer.from([3, 232])));
    else this.#socket.destroy();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#rest = Buffer.alloc(0);
    this.#options.onEnd?.(this.#ending);
  }

  #receive(bytes: Buffer): void {
    this.#options.onBytes?.(bytes);
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (!this.#isUpgraded && !this.#takeAnswer()) return;
    while (this.#takeFrame()) if (this.#isEnded) return;
  }

  #takeAnswer(): boolean {
    const end = this.#rest.indexOf(HEADERS_END);
    if (end === -1) return false;
    const head = this.#rest.toString('latin1', 0, end);
    const status = Number(head.split(' ')[1]);
    if (status === 101) {
      this.#rest = this.#rest.subarray(end + HEADERS_END.length);
      this.#isUpgraded = true;
      return true;
    }
    const code = /"code":"(\w+)"/.exec(this.#rest.toString('utf8', end))?.[1] ?? '';
    const retryAfterMs = Number(/retry-after: *(\d+)/i.exec(head)?.[1] ?? 0) * 1000;
    this.#ending = { refused: { status, code, retryAfterMs } };
    return false;
  }

  #takeFrame(): boolean {
    const [first, second] = this.#rest;
    if (first === undefined || second === undefined) return false;
    let length = second & 127;
    let offset = 2;
    if (length === 126) {
      if (this.#rest.length < 4) return false;
      length = this.#rest.readUInt16BE(2);
      offset = 4;
    } else if (length === 127) {
      if (this.#rest.length < 10) return false;
      length = Number(this.#rest.readBigUInt64BE(2));
      offset = 10;
    }
    if (this.#rest.length < offset + length) return false;
    const payload = this.#rest.subarray(offset, offset + length);
    this.#rest = this.#rest.subarray(offset + length);
    this.#take({ opcode: first & 15, isFinal: first >= 128, payload });
    return true;
  }

  #take({ opcode, isFinal, payload }: { opcode: number; isFinal: boolean; payload: Buffer }): void {
    if (opcode === OPCODE.ping) this.#socket.write(encode(OPCODE.pong, payload));
    else if (opcode === OPCODE.close) {
      const code = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
      this.#ending = { close: { code, reason: payload.toString('utf8', 2) } };
      this.#socket.end(encode(OPCODE.close, payload.subarray(0, 2)));
    } else if (opcode === OPCODE.text || opcode === OPCODE.continuation) {
      if (!isFinal) {
        this.#parts.push(payload);
        return;
      }
      const whole = this.#parts.length === 0 ? payload : Buffer.concat([...this.#parts.splice(0), payload]);
      this.#options.onFrame(whole.toString('utf8'), this);
    }
  }
}

function upgradeRequest({ port, token, headers = {} }: LightSocketOptions): string {
  const lines = {
    Host: `localhost:${port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': SUBPROTOCOL,
    Authorization: `Bearer ${token}`,
    ...headers,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /ws HTTP/1.1\r\n${text.join('')}\r\n`;
}

function encode(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([128 | opcode, 128 | length])
      : Buffer.from([128 | opcode, 128 | 126, length >> 8, length & 255]);
  return Buffer.concat([head, ZERO_MASK, payload]);
}
