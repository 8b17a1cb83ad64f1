import { answerTo, binary, CLEAN, failsWith, jsonPing, send, text, type WireCase } from '../wire-case.ts';

/** At the borders of the three encodings of a length (RFC 6455 §5.2). */
const LENGTHS = [0, 125, 126, 127, 128, 65_535, 65_536] as const;
const CHOP_BYTES = 997;

/** 1.1: text frames of growing length. 1.2: binary ones, which our contract refuses whatever their length. */
export const framingCases: readonly WireCase[] = [
  ...LENGTHS.map((bytes, index) => textCase(`1.1.${index + 1}`, bytes)),
  textCase('1.1.8', 65_536, CHOP_BYTES),
  ...LENGTHS.map((bytes, index) => binaryCase(`1.2.${index + 1}`, bytes)),
  binaryCase('1.2.8', 65_536, CHOP_BYTES),
];

function textCase(id: string, bytes: number, chopBytes?: number): WireCase {
  const does = `${bytes} bytes of text${chopBytes === undefined ? '' : ` in chops of ${chopBytes}`}`;
  const isJson = bytes > 0;
  const payload = isJson ? jsonPing(id, bytes) : '';
  const answers = [isJson ? answerTo(id) : 'error(message_invalid)'];
  return { id, does, steps: [send(text(payload), chopBytes)], answers, ends: CLEAN };
}

function binaryCase(id: string, bytes: number, chopBytes?: number): WireCase {
  const does = `${bytes} binary bytes${chopBytes === undefined ? '' : ` in chops of ${chopBytes}`}`;
  const steps = [send(binary(Buffer.alloc(bytes, 0xfe)), chopBytes)];
  return { id, does, steps, answers: ['error(message_invalid)'], ends: failsWith(1003) };
}
