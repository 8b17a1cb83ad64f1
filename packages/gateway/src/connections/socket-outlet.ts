import type { EncodedFrame } from './encoded-frame.ts';
import type { Outlet, Piece } from './outflow.ts';
import type { SocketLine } from './socket-line.ts';
import { encodeWebSocketFrame, OPCODES } from './websocket-frame.ts';

const NO_PAYLOAD = new Uint8Array();

/** Frames of WebSocket on the line of one socket: data, and the pings and pongs between them. */
export class SocketOutlet implements Outlet {
  readonly #line: SocketLine;

  constructor(line: SocketLine) {
    this.#line = line;
  }

  bufferedBytes(): number {
    return this.#line.bufferedBytes();
  }

  write(frame: EncodedFrame): void {
    this.#line.write(frame.webSocketFrame());
  }

  writePiece({ bytes, isFirst, isLast }: Piece): void {
    const opcode = isFirst ? OPCODES.text : OPCODES.continuation;
    this.#line.write(encodeWebSocketFrame(bytes, { opcode, isLast }));
  }

  ping(): void {
    this.#line.write(encodeWebSocketFrame(NO_PAYLOAD, { opcode: OPCODES.ping }));
  }

  pong(payload: Uint8Array): void {
    this.#line.write(encodeWebSocketFrame(payload, { opcode: OPCODES.pong }));
  }

  /** Called whenever something was taken that somebody may wait for. */
  onTaken(listener: () => void): void {
    this.#line.onTaken(listener);
  }
}
