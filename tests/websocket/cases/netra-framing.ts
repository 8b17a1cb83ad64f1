import {
  answerTo,
  CLEAN,
  continuation,
  failsWith,
  fragments,
  jsonPing,
  ping,
  send,
  sendTogether,
  text,
  type WireCase,
} from '../wire-case.ts';

const ENDLESS_FRAGMENTS = 20_000;
const TINY_PIECES = 3_000;

/** What RFC 6455 asks for and the Autobahn TestSuite, whose own client is always well-behaved, does not send. */
export const netraFramingCases: readonly WireCase[] = [
  {
    id: 'netra.mask.1',
    does: 'a text without a mask (§5.1)',
    steps: [send(text(jsonPing('a'), { isMasked: false }))],
    answers: [],
    ends: failsWith(1002),
  },
  {
    id: 'netra.mask.2',
    does: 'a ping without a mask (§5.1)',
    steps: [send(ping('a', { isMasked: false }))],
    answers: [],
    ends: failsWith(1002),
  },
  {
    id: 'netra.length.1',
    does: 'a frame that claims 2^53 bytes is refused by its header alone',
    steps: [send(text('', { claimedBytes: 2 ** 53 }))],
    answers: [],
    ends: failsWith(1009),
  },
  {
    id: 'netra.length.2',
    does: 'one byte more than the limit is refused by its header alone',
    steps: [send(text('', { claimedBytes: 65_537 }))],
    answers: [],
    ends: failsWith(1009),
  },
  {
    id: 'netra.length.3',
    does: 'fragments that together are one byte too long',
    steps: [sendTogether(fragments(jsonPing('a', 65_537), 32_768))],
    answers: [],
    ends: failsWith(1009),
  },
  {
    id: 'netra.fragments.1',
    does: 'a message of empty fragments without an end',
    steps: [
      sendTogether([
        text('', { fin: false }),
        ...Array.from({ length: ENDLESS_FRAGMENTS }, () => continuation('', { fin: false })),
      ]),
    ],
    answers: [],
    ends: failsWith(1008),
  },
  {
    id: 'netra.fragments.2',
    does: 'a message of a few kilobytes in fragments of one byte, each of which costs a hundred',
    steps: [sendTogether(fragments(jsonPing('a', TINY_PIECES), 1))],
    answers: [],
    ends: failsWith(1008),
  },
  {
    id: 'netra.fragments.3',
    does: '64 KiB in fragments of 64 bytes',
    steps: [sendTogether(fragments(jsonPing('a', 65_536), 64))],
    answers: [answerTo('a')],
    ends: CLEAN,
  },
  {
    id: 'netra.chops.1',
    does: 'a frame that arrives in chops of eight bytes, each of which is kept until the last is there',
    steps: [send(text(jsonPing('a', 65_536)), 8)],
    answers: [],
    ends: failsWith(1008),
  },
  {
    id: 'netra.json.1',
    does: 'four unparsable texts, then a good one',
    steps: [sendTogether(texts('', '[]', 'null', '{', jsonPing('good')))],
    answers: [...Array.from({ length: 4 }, () => 'error(message_invalid)'), answerTo('good')],
    ends: CLEAN,
  },
  {
    id: 'netra.json.2',
    does: 'the fifth unparsable text ends the connection, and what follows is not answered',
    steps: [sendTogether(texts('[', '{', '}', '"', '1', jsonPing('late')))],
    answers: Array.from({ length: 5 }, () => 'error(message_invalid)'),
    ends: failsWith(1008),
  },
];

function texts(...payloads: string[]) {
  return payloads.map((payload) => text(payload));
}
