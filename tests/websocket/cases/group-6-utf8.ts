import { encodeWireFrame } from '../../kit/wire-frame.ts';
import {
  CLEAN,
  continuation,
  failsWith,
  fragments,
  ping,
  pongTo,
  send,
  sendTogether,
  text,
  type WireCase,
  type WireStep,
} from '../wire-case.ts';
import { GREEK, utf8Sequences } from './utf8-sequences.ts';

const BEYOND_UNICODE = Buffer.from('f4908080', 'hex');
const SURROGATE = Buffer.from('eda080', 'hex');
const invalid = Buffer.concat([Buffer.from(GREEK), SURROGATE, Buffer.from('edited')]);
const late = Buffer.concat([Buffer.from(GREEK), BEYOND_UNICODE, Buffer.from('edited')]);
/** The octet by which `late` stops to be UTF-8 is the thirteenth; the fourth part of it decides. */
const LATE_PARTS = [
  [late.subarray(0, 11), late.subarray(11, 15), late.subarray(15)],
  [late.subarray(0, 12), late.subarray(12, 13), late.subarray(13)],
] as const;

/**
 * 6.5 to 6.23 send one sequence each: what is UTF-8 comes back as a `ref`, where a `ref` may hold it; what is none
 * closes 1007. A text is judged when it is complete, so that 6.4 ends with its last octet, and not before: `ws`, which
 * reads for us, hands out whole messages and has no public place where a fragment could be looked at; its receiver is
 * private, and reading each byte twice in front of it would cost every message. The suite calls this "non-strict" and lets
 * it pass. Nothing of a message is acted on before it was judged, and what waits for that is 64 KiB at most.
 */
export const utf8Cases: readonly WireCase[] = [
  unreadable('6.1.1', 'an empty text', [send(text(''))]),
  unreadable('6.1.2', 'three empty fragments', [sendTogether(empties(''))]),
  echoed('6.1.3', 'a fragment between two empty ones', 'middle', [sendTogether(empties(named('middle')))]),
  echoed('6.2.1', 'text beyond ASCII', 'Hello-µ@ßöäüàá-UTF-8!!', [
    send(text(named('Hello-µ@ßöäüàá-UTF-8!!'))),
  ]),
  echoed('6.2.2', 'two fragments, cut between characters', 'Hello-µ@ßöäüàá-UTF-8!!', [
    sendTogether([text('{"type":"ping","id":"Hello-µ@ßöä', { fin: false }), continuation('üàá-UTF-8!!"}')]),
  ]),
  echoed('6.2.3', 'fragments of one octet', 'Hello-µ@ßöäüàá-UTF-8!!', [
    sendTogether(fragments(named('Hello-µ@ßöäüàá-UTF-8!!'), 1)),
  ]),
  echoed('6.2.4', 'Greek in fragments of one octet', GREEK, [sendTogether(fragments(named(GREEK), 1))]),
  refused('6.3.1', 'half a surrogate pair', [send(text(invalid))]),
  refused('6.3.2', 'half a surrogate pair in fragments of one octet', [sendTogether(fragments(invalid, 1))]),
  ...LATE_PARTS.map((parts, index) => lateByFrames(`6.4.${index + 1}`, parts)),
  ...LATE_PARTS.map((parts, index) => lateByChops(`6.4.${index + 3}`, parts)),
  ...utf8Sequences.flatMap(({ group, what, sequences }) =>
    sequences.map((bytes, index) => sequenceCase(`6.${group}.${index + 1}`, what, bytes)),
  ),
];

function named(id: string): string {
  return `{"type":"ping","id":"${id}"}`;
}

function empties(middle: string) {
  return [text('', { fin: false }), continuation(middle, { fin: false }), continuation('')];
}

function echoed(id: string, does: string, ref: string, steps: readonly WireStep[]): WireCase {
  return { id, does, steps, answers: [`answer(pong ${ref})`], ends: CLEAN };
}

function unreadable(id: string, does: string, steps: readonly WireStep[]): WireCase {
  return { id, does, steps, answers: ['error(message_invalid)'], ends: CLEAN };
}

function refused(id: string, does: string, steps: readonly WireStep[]): WireCase {
  return { id, does, steps, answers: [], ends: failsWith(1007) };
}

/** Pings between the fragments show that each was read before the next was sent. */
function lateByFrames(id: string, [valid, wrong, rest]: (typeof LATE_PARTS)[number]): WireCase {
  return {
    id,
    does: 'a fragment that ends all hope for the message',
    steps: [
      sendTogether([text(valid, { fin: false }), ping('A')]),
      { awaitAnswers: 1 },
      sendTogether([continuation(wrong, { fin: false }), ping('B')]),
      { awaitAnswers: 2 },
      send(continuation(rest)),
    ],
    answers: [pongTo('A'), pongTo('B')],
    ends: failsWith(1007),
  };
}

function lateByChops(id: string, [valid, wrong]: (typeof LATE_PARTS)[number]): WireCase {
  const bytes = encodeWireFrame(text(late));
  // The header of a short masked frame: two bytes and the mask.
  const firstEnd = 6 + valid.length;
  const cuts = [0, firstEnd, firstEnd + wrong.length, bytes.length];
  const steps = cuts.slice(1).map((end, index) => ({ bytes: bytes.subarray(cuts[index], end) }));
  return { id, does: 'a chop that ends all hope for the frame', steps, answers: [], ends: failsWith(1007) };
}

function sequenceCase(id: string, what: string, bytes: Buffer): WireCase {
  const characters = bytes.toString('utf8');
  if (!Buffer.from(characters).equals(bytes)) return refused(id, what, [send(text(bytes))]);
  const steps = [send(text(named(characters)))];
  // It is text, but no `id` may hold it.
  const isControl = bytes.length === 1 && (bytes[0] === 0 || bytes[0] === 0x7f);
  return isControl ? unreadable(id, what, steps) : echoed(id, what, characters, steps);
}
