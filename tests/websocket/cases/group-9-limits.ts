import { LIMITS } from '@netra/protocol';
import { OPCODE } from '../../kit/wire-frame.ts';
import {
  answerTo,
  binary,
  CLEAN,
  failsWith,
  fragments,
  jsonPing,
  send,
  sendTogether,
  text,
  type WireCase,
  type WireStep,
} from '../wire-case.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB];
const FRAGMENT_SIZES = [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB];
const CHOP_SIZES = [64, 128, 256, 512, KIB, 2 * KIB];
const ROUND_TRIPS = 1_000;
const ROUND_TRIP_SIZES = [0, 16, 64, 256, KIB, 4 * KIB];

/** What is over 64 KiB closes 1009, as soon as a header or the sum of the fragments says so. */
export const limitCases: readonly WireCase[] = [
  ...SIZES.map((bytes, index) => textOf(`9.1.${index + 1}`, bytes)),
  ...SIZES.map((bytes, index) => binaryOf(`9.2.${index + 1}`, bytes)),
  ...FRAGMENT_SIZES.map((size, index) => fragmented(`9.3.${index + 1}`, size, OPCODE.text)),
  ...FRAGMENT_SIZES.map((size, index) => fragmented(`9.4.${index + 1}`, size, OPCODE.binary)),
  ...CHOP_SIZES.map((size, index) => textOf(`9.5.${index + 1}`, MIB, size)),
  ...CHOP_SIZES.map((size, index) => binaryOf(`9.6.${index + 1}`, MIB, size)),
  ...ROUND_TRIP_SIZES.map((bytes, index) => roundTrips(`9.7.${index + 1}`, bytes)),
  ...ROUND_TRIP_SIZES.map((bytes, index) => binaryOf(`9.8.${index + 1}`, bytes)),
];

function textOf(id: string, bytes: number, chopBytes?: number): WireCase {
  const does = `${bytes} bytes of text${chopBytes === undefined ? '' : ` in chops of ${chopBytes}`}`;
  const steps = [send(text(jsonPing(id, bytes)), chopBytes)];
  if (bytes > LIMITS.maxClientFrameBytes) return { id, does, steps, answers: [], ends: failsWith(1009) };
  return { id, does, steps, answers: [answerTo(id)], ends: CLEAN };
}

function binaryOf(id: string, bytes: number, chopBytes?: number): WireCase {
  const does = `${bytes} binary bytes${chopBytes === undefined ? '' : ` in chops of ${chopBytes}`}`;
  const steps = [send(binary(Buffer.alloc(bytes, 0xfe)), chopBytes)];
  if (bytes > LIMITS.maxClientFrameBytes) return { id, does, steps, answers: [], ends: failsWith(1009) };
  return { id, does, steps, answers: ['error(message_invalid)'], ends: failsWith(1003) };
}

function fragmented(id: string, size: number, opcode: number): WireCase {
  const does = `4 MiB in fragments of ${size}, opcode ${opcode}`;
  const steps = [sendTogether(fragments(Buffer.alloc(4 * MIB, '*'), size, opcode))];
  return { id, does, steps, answers: [], ends: failsWith(1009) };
}

/** One after the other, each as soon as the last was answered. Five empty ones end the connection. */
function roundTrips(id: string, bytes: number): WireCase {
  const isUnparsable = bytes === 0;
  const count = isUnparsable ? LIMITS.maxMalformedFrames : ROUND_TRIPS;
  const frame = text(isUnparsable ? '' : `{"type":"ping"}`.padEnd(bytes, ' '));
  return {
    id,
    does: `${count} round trips with ${bytes} bytes`,
    steps: Array.from({ length: count }, (_, index): WireStep[] => [
      send(frame),
      { awaitAnswers: index + 1 },
    ]).flat(),
    answers: Array.from({ length: count }, () => (isUnparsable ? 'error(message_invalid)' : 'answer(pong)')),
    ends: isUnparsable ? failsWith(1008) : CLEAN,
  };
}
