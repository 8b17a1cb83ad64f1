/** RFC 6455 §5.2: what a frame of ours carries. */
export const OPCODES = { continuation: 0x0, text: 0x1, ping: 0x9, pong: 0xa } as const;

interface FrameForm {
  opcode: (typeof OPCODES)[keyof typeof OPCODES];
  /** False: more pieces of the same message follow. Default true. */
  isLast?: boolean;
}

const FINAL_BIT = 0x80;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

/**
 * A whole frame of a server, header and payload in one buffer: unmasked and uncompressed, so that the same bytes are
 * right for every socket, as long as no extension was agreed on.
 */
export function encodeWebSocketFrame(payload: string | Uint8Array, form: FrameForm): Buffer {
  const length = Buffer.byteLength(payload);
  const headerLength = length < LENGTH_IN_16_BITS ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = form.isLast === false ? form.opcode : form.opcode | FINAL_BIT;
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = LENGTH_IN_16_BITS;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_IN_64_BITS;
    frame.writeUIntBE(0, 2, 2);
    // 48 bits: more than a buffer can hold.
    frame.writeUIntBE(length, 4, 6);
  }
  if (typeof payload === 'string') frame.write(payload, headerLength, 'utf8');
  else frame.set(payload, headerLength);
  return frame;
}

/** Beyond this, Node copies a string through memory of its own and nothing is gained. */
const MAX_CHARS_AS_STRING = 16 * 1024;

/**
 * The same for a text: where it is plain ASCII, as most of what agents say is, a string with one character for each byte,
 * to be written as `latin1`. It needs no memory outside the heap, and joining such strings copies nothing.
 */
export function encodeTextFrame(text: string): string | Buffer {
  const { length } = text;
  const isAscii = length <= MAX_CHARS_AS_STRING && Buffer.byteLength(text) === length;
  return isAscii ? encodeAsciiFrame(text) : encodeWebSocketFrame(text, { opcode: OPCODES.text });
}

/** Of a text that is known to be ASCII: to look through it costs as much as the rest of its way to the socket. */
export function encodeAsciiFrame(text: string): string | Buffer {
  const { length } = text;
  if (length > MAX_CHARS_AS_STRING) return encodeWebSocketFrame(text, { opcode: OPCODES.text });
  const first = OPCODES.text | FINAL_BIT;
  if (length < LENGTH_IN_16_BITS) return String.fromCharCode(first, length) + text;
  return String.fromCharCode(first, LENGTH_IN_16_BITS, length >> 8, length & 0xff) + text;
}
