import { encodeAsciiFrame, encodeTextFrame } from './websocket-frame.ts';

/** A frame as its readers share it: the text is made once, and its form for WebSockets once, when the first needs it. */
export class EncodedFrame {
  readonly text: string;
  readonly #isAscii: boolean;
  #webSocketFrame: string | Buffer | undefined;
  #bytes: Buffer | undefined;

  /** `isAscii`: the text is known to be; else it is looked through when it has to be. */
  constructor(text: string, isAscii = false) {
    this.text = text;
    this.#isAscii = isAscii;
  }

  /** Header and payload, for `SocketLine.write`. Nobody may change them: they are on their way to many sockets. */
  webSocketFrame(): string | Buffer {
    this.#webSocketFrame ??= this.#isAscii ? encodeAsciiFrame(this.text) : encodeTextFrame(this.text);
    return this.#webSocketFrame;
  }

  /** Of a large frame, which leaves in pieces. Nobody may change them either. */
  bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text);
    return this.#bytes;
  }
}
