import { randomBytes } from 'node:crypto';

/** RFC 6455 §5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface WireFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Default true. */
  readonly fin?: boolean;
  /** The three reserved bits as a number, RSV1 is 4. Default 0. */
  readonly rsv?: number;
  /** Default true, as a client must. */
  readonly isMasked?: boolean;
  /** What the header says; default: what is true. */
  readonly claimedBytes?: number;
}

/** One frame as a client sends it, or as no client should. Our own, so that no library corrects it. */
export function encodeWireFrame(frame: WireFrame): Buffer {
  const { opcode, payload, fin = true, rsv = 0, isMasked = true, claimedBytes = payload.length } = frame;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const header = Buffer.concat([Buffer.of(first), lengthBytes(claimedBytes, isMasked ? 0x80 : 0)]);
  if (!isMasked) return Buffer.concat([header, payload]);
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let index = 0; index < masked.length; index++) {
    masked[index] = (masked[index] ?? 0) ^ (mask[index % 4] ?? 0);
  }
  return Buffer.concat([header, mask, masked]);
}

/** The payload of a close frame. */
export function closePayload(code: number, reason: string | Buffer = ''): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return Buffer.concat([payload, Buffer.from(reason)]);
}

function lengthBytes(bytes: number, maskBit: number): Buffer {
  if (bytes < 126) return Buffer.of(maskBit | bytes);
  if (bytes < 65_536) {
    const length = Buffer.of(maskBit | 126, 0, 0);
    length.writeUInt16BE(bytes, 1);
    return length;
  }
  const length = Buffer.alloc(9);
  length[0] = maskBit | 127;
  length.writeBigUInt64BE(BigInt(bytes), 1);
  return length;
}

/** Takes frames off the front of what a server sent. Throws where a server breaks RFC 6455. */
export function readWireFrames(received: Buffer): { frames: Required<WireFrame>[]; rest: Buffer } {
  const frames: Required<WireFrame>[] = [];
  let rest = received;
  for (;;) {
    const head = readHead(rest);
    if (head === undefined || rest.length < head.bytes + head.claimedBytes) return { frames, rest };
    const payload = rest.subarray(head.bytes, head.bytes + head.claimedBytes);
    frames.push({ ...head, payload });
    rest = rest.subarray(head.bytes + head.claimedBytes);
  }
}

function readHead(data: Buffer) {
  const [first, second] = data;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const bytes = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (data.length < bytes) return undefined;
  const claimedBytes =
    bytes === 4 ? data.readUInt16BE(2) : bytes === 10 ? Number(data.readBigUInt64BE(2)) : short;
  const head = {
    opcode: first & 0x0f,
    fin: (first & 0x80) !== 0,
    rsv: (first >> 4) & 7,
    isMasked: (second & 0x80) !== 0,
    claimedBytes,
    bytes,
  };
  checkServerFrame(head);
  return head;
}

function checkServerFrame(head: { opcode: number; fin: boolean; rsv: number } & Record<string, unknown>) {
  const isShortest = head.bytes === 2 || Number(head.claimedBytes) >= (head.bytes === 4 ? 126 : 65_536);
  const isControl = head.opcode >= 8;
  const isControlFine = !isControl || (head.fin && head.bytes === 2);
  const isKnown = Object.values<number>(OPCODE).includes(head.opcode);
  if (head.isMasked !== false || head.rsv !== 0 || !isShortest || !isControlFine || !isKnown) {
    throw new Error(`the server sent a frame that RFC 6455 forbids: ${JSON.stringify(head)}`);
  }
}
