import { REASONS, type ReasonCode } from '@netra/protocol';
import { closePayload, encodeWireFrame, OPCODE, type WireFrame } from '../kit/wire-frame.ts';

/**
 * One case, named as the case of the Autobahn TestSuite that it re-creates. Netra echoes nothing, so each says what must
 * be seen at our edge instead: `answers` is everything that comes back, in order, and nothing else.
 */
export interface WireCase {
  /** The id in the Autobahn TestSuite; `netra.…` for cases that it does not have. */
  readonly id: string;
  readonly does: string;
  readonly steps: readonly WireStep[];
  readonly answers: readonly string[];
  /** How the connection ends: by the client's own close that the server echoes, or by a close of the server. */
  readonly ends: WireEnd;
}

export type WireStep =
  | { readonly bytes: Buffer; readonly chopBytes?: number }
  /** Wait until as many of the expected answers came. */
  | { readonly awaitAnswers: number };

type WireEnd =
  | { readonly by: 'client' }
  /** The client's steps hold a close frame, and this is what comes back. */
  | { readonly by: 'echo'; readonly close: string }
  | { readonly by: 'server'; readonly close: string };

export const CLEAN: WireEnd = { by: 'client' };

/** The server closes with this number and the code of the reason beside it. */
export function failsWith(number: 1002 | 1003 | 1007 | 1008 | 1009): WireEnd {
  const codes = {
    1002: 'request_malformed',
    1003: 'message_invalid',
    1007: 'message_malformed',
    1008: 'message_malformed',
    1009: 'message_too_large',
  } as const satisfies Record<number, ReasonCode>;
  return { by: 'server', close: `close(${number} ${REASONS[codes[number]].code})` };
}

export function send(frame: WireFrame, chopBytes?: number): WireStep {
  return { bytes: encodeWireFrame(frame), ...(chopBytes === undefined ? {} : { chopBytes }) };
}

/** All frames in one write. */
export function sendTogether(frames: readonly WireFrame[], chopBytes?: number): WireStep {
  const bytes = Buffer.concat(frames.map(encodeWireFrame));
  return { bytes, ...(chopBytes === undefined ? {} : { chopBytes }) };
}

export function text(payload: string | Buffer, rest: Partial<WireFrame> = {}): WireFrame {
  return { opcode: OPCODE.text, payload: Buffer.from(payload), ...rest };
}

export function continuation(payload: string | Buffer, rest: Partial<WireFrame> = {}): WireFrame {
  return { opcode: OPCODE.continuation, payload: Buffer.from(payload), ...rest };
}

export function binary(payload: string | Buffer, rest: Partial<WireFrame> = {}): WireFrame {
  return { opcode: OPCODE.binary, payload: Buffer.from(payload), ...rest };
}

export function ping(payload: string | Buffer = '', rest: Partial<WireFrame> = {}): WireFrame {
  return { opcode: OPCODE.ping, payload: Buffer.from(payload), ...rest };
}

export function pong(payload: string | Buffer = '', rest: Partial<WireFrame> = {}): WireFrame {
  return { opcode: OPCODE.pong, payload: Buffer.from(payload), ...rest };
}

export function close(code: number, reason: string | Buffer = ''): WireFrame {
  return { opcode: OPCODE.close, payload: closePayload(code, reason) };
}

/** The pong frame that a ping with this payload gets. */
export function pongTo(payload: string | Buffer): string {
  return `pong(${Buffer.from(payload).toString('hex')})`;
}

/** A `ping` of our contract. Its `id` stands at the very end: an answer with it shows that all of it came. */
export function jsonPing(id: string, bytes?: number): string {
  const build = (padding: string) => `{"type":"ping","padding":"${padding}","id":"${id}"}`;
  return bytes === undefined ? build('') : build('*'.repeat(bytes - build('').length));
}

export function answerTo(id: string): string {
  return `answer(pong ${id})`;
}

/** Cuts a payload into the frames of one message. */
export function fragments(payload: string | Buffer, size: number, opcode: number = OPCODE.text): WireFrame[] {
  const whole = Buffer.from(payload);
  const count = Math.max(1, Math.ceil(whole.length / size));
  return Array.from({ length: count }, (_, index) => ({
    opcode: index === 0 ? opcode : OPCODE.continuation,
    payload: whole.subarray(index * size, (index + 1) * size),
    fin: index === count - 1,
  }));
}
