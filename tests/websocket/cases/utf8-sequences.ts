interface Utf8Group {
  /** The second number of the case id. */
  readonly group: number;
  readonly what: string;
  readonly sequences: readonly Buffer[];
}

/** With the accent of the TestSuite, which takes three octets. */
export const GREEK = 'κ\u1f79σμε';

/** The well-known stress test of UTF-8 decoders by Markus Kuhn, in the order of the Autobahn TestSuite. */
export const utf8Sequences: readonly Utf8Group[] = [
  {
    group: 5,
    what: 'valid sequences',
    sequences: ['hello$world', 'hello¢world', 'hello€world', 'hello\u{24b62}world', GREEK].map((each) =>
      Buffer.from(each),
    ),
  },
  { group: 6, what: 'every prefix of a valid text', sequences: prefixes(Buffer.from(GREEK)) },
  group(7, 'the first sequence of each length', '00 c280 e0a080 f0908080'),
  group(8, 'the first sequences of five and six octets', 'f888808080 fc8480808080'),
  group(9, 'the last sequence of each length', '7f dfbf efbfbf f48fbfbf'),
  group(10, 'the last sequences of four to six octets', 'f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf'),
  group(11, 'other borders', 'ed9fbf ee8080 efbfbd f48fbfbf f4908080'),
  group(
    12,
    'unexpected continuation octets',
    `80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf ${range(0x80, 0xbe, '')}`,
  ),
  {
    group: 13,
    what: 'lonely first octets',
    sequences: [
      [0xc0, 0xde],
      [0xe0, 0xee],
      [0xf0, 0xf6],
      [0xf8, 0xfa],
      [0xfc, 0xfc],
    ].map(([from = 0, to = 0]) => Buffer.from(range(from, to, '20'), 'hex')),
  },
  group(14, 'sequences without their last octet', incomplete()),
  group(15, 'incomplete sequences in a row', incomplete().replaceAll(' ', '')),
  group(16, 'octets that UTF-8 never uses', 'fe ff fefeffff'),
  group(17, 'an ASCII character that is longer than need be', 'c0af e080af f08080af f8808080af fc80808080af'),
  group(18, 'the last of too long sequences', 'c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf'),
  group(19, 'NUL that is longer than need be', 'c080 e08080 f0808080 f880808080 fc8080808080'),
  group(20, 'single surrogates', 'eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf'),
  group(
    21,
    'pairs of surrogates',
    'eda080edb080 eda080edbfbf edadbfedb080 edadbfedbfbf edae80edb080 edae80edbfbf edafbfedb080 edafbfedbfbf',
  ),
  { group: 22, what: 'code points that are no characters', sequences: nonCharacters() },
  group(23, 'specials', 'efbfb9 efbfba efbfbb efbfbc efbfbd efbfbe efbfbf'),
];

function group(number: number, what: string, hex: string): Utf8Group {
  return { group: number, what, sequences: hex.split(' ').map((each) => Buffer.from(each, 'hex')) };
}

function incomplete(): string {
  return 'c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf';
}

function prefixes(whole: Buffer): Buffer[] {
  return Array.from(whole, (_, index) => whole.subarray(0, index + 1));
}

/** Octets in hex, each followed by `after`. */
function range(from: number, to: number, after: string): string {
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index).toString(16) + after).join('');
}

/** The last two code points of each of the seventeen planes. */
function nonCharacters(): Buffer[] {
  return Array.from({ length: 17 }, (_, plane) => [0xfffe, 0xffff].map((low) => plane * 0x1_0000 + low))
    .flat()
    .map((codePoint) => Buffer.from(String.fromCodePoint(codePoint)));
}
