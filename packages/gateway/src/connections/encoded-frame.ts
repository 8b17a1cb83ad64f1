import { encodeWebSocketFrame, OPCODES } from './websocket-frame.ts';

/** A frame as its readers share it: the text is made once, and the bytes for WebSockets once, when the first needs them. */
export class EncodedFrame {
  readonly text: string;
  #webSocketBytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Header and payload. Nobody may change them: they are on their way to many sockets. */
  webSocketBytes(): Buffer {
    this.#webSocketBytes ??= encodeWebSocketFrame(this.text, { opcode: OPCODES.text });
    return this.#webSocketBytes;
  }
}
