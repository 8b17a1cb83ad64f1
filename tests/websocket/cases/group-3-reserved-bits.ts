import type { WireFrame } from '../../kit/wire-frame.ts';
import {
  answerTo,
  binary,
  close,
  failsWith,
  jsonPing,
  ping,
  send,
  sendTogether,
  text,
  type WireCase,
  type WireStep,
} from '../wire-case.ts';

const first = text(jsonPing('first'));

/** No extension is ever agreed on, so that every reserved bit must be zero (RFC 6455 §5.2). */
export const reservedBitCases: readonly WireCase[] = [
  refused('3.1', 'a text with RSV 1', [send(withBits(text(jsonPing('a')), 1))]),
  afterAnAnswer('3.2', 'RSV 2 between a text and a ping', (frames) => [sendTogether(frames)], 2),
  afterAnAnswer('3.3', 'RSV 3, frame by frame', (frames) => frames.map((frame) => send(frame)), 3),
  afterAnAnswer('3.4', 'RSV 4, octet by octet', (frames) => [sendTogether(frames, 1)], 4),
  refused('3.5', 'a binary frame with RSV 5', [send(withBits(binary('Hello, world!'), 5))]),
  refused('3.6', 'a ping with RSV 6', [send(withBits(ping('Hello, world!'), 6))]),
  refused('3.7', 'a close with RSV 7', [send(withBits(close(1000), 7))]),
];

function withBits(frame: WireFrame, rsv: number): WireFrame {
  return { ...frame, rsv };
}

function refused(id: string, does: string, steps: readonly WireStep[]): WireCase {
  return { id, does, steps, answers: [], ends: failsWith(1002) };
}

function afterAnAnswer(
  id: string,
  does: string,
  stepsOf: (frames: readonly WireFrame[]) => readonly WireStep[],
  rsv: number,
): WireCase {
  const steps = stepsOf([first, withBits(text(jsonPing('second')), rsv), ping()]);
  return { id, does, steps, answers: [answerTo('first')], ends: failsWith(1002) };
}
