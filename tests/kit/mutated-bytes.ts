import fc from 'fast-check';

type Mutation = (bytes: Buffer) => Buffer;

/** Pieces that parsers of HTTP, JSON and WebSocket frames trip over. */
const PIECES = [
  '',
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  ' ',
  '\t',
  ':',
  ',',
  '"',
  '\\u0000',
  '\\ud800',
  '{',
  '}',
  '[[[[[[[[',
  '__proto__',
  '1e999',
  'chunked',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: evil.example\r\n',
  'Origin: null\r\n',
  'Connection: close\r\n',
  'Expect: 100-continue\r\n',
  '%00',
  '../',
  'é',
];

const piece = fc.oneof(
  fc.constantFrom(...PIECES).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
);

/** A place as a fraction, so that it shrinks and fits every length. */
const place = fc.nat({ max: 9_999 });

const splice = fc.tuple(place, fc.nat({ max: 8 }), piece).map(
  ([at, removed, inserted]): Mutation =>
    (bytes) => {
      const start = Math.floor((bytes.length * at) / 10_000);
      return Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(start + removed)]);
    },
);

const flip = fc.tuple(place, fc.nat({ max: 7 })).map(
  ([at, bit]): Mutation =>
    (bytes) => {
      const copy = Buffer.from(bytes);
      const index = Math.floor((copy.length * at) / 10_000);
      if (copy.length > 0) copy[index] = (copy[index] ?? 0) ^ (1 << bit);
      return copy;
    },
);

const repeat = fc.tuple(place, place, fc.integer({ min: 2, max: 4 })).map(
  ([from, length, times]): Mutation =>
    (bytes) => {
      const start = Math.floor((bytes.length * from) / 10_000);
      const end = start + Math.floor((bytes.length * length) / 20_000);
      const part = bytes.subarray(start, end);
      return Buffer.concat([
        bytes.subarray(0, start),
        ...Array.from({ length: times }, () => part),
        bytes.subarray(end),
      ]);
    },
);

const cutOff = place.map(
  (at): Mutation =>
    (bytes) =>
      bytes.subarray(0, Math.ceil((bytes.length * at) / 10_000)),
);

const mutation = fc.oneof(
  { weight: 5, arbitrary: splice },
  { weight: 4, arbitrary: flip },
  { weight: 2, arbitrary: repeat },
  { weight: 1, arbitrary: cutOff },
);

/** The bytes of `base` with one to four things changed. */
export function mutatedBytes(base: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(base, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([bytes, mutations]) => mutations.reduce((changed, mutate) => mutate(changed), bytes));
}
