import type { WireFrame } from '../../kit/wire-frame.ts';
import {
  answerTo,
  CLEAN,
  continuation,
  failsWith,
  fragments,
  jsonPing,
  ping,
  pong,
  pongTo,
  send,
  sendTogether,
  text,
  type WireCase,
  type WireStep,
} from '../wire-case.ts';

const message = jsonPing('fragmented');
const halves = fragments(message, Math.ceil(message.length / 2));
const fifths = fragments(message, Math.ceil(message.length / 5));
const whole = text(jsonPing('whole'));
const pingBetween = [...halves.slice(0, 1), ping('between'), ...halves.slice(1)];
const nothingToContinue = (fin: boolean) => [continuation('nothing to continue', { fin }), whole];
const twice = (frames: readonly WireFrame[]) => [...frames, ...frames];

/** The three ways in which the same octets travel. */
const together = (frames: readonly WireFrame[]): WireStep[] => [sendTogether(frames)];
const byFrame = (frames: readonly WireFrame[]): WireStep[] => frames.map((frame) => send(frame));
const byOctet = (frames: readonly WireFrame[]): WireStep[] => [sendTogether(frames, 1)];

export const fragmentationCases: readonly WireCase[] = [
  refused('5.1', 'a ping in two fragments', byFrame(cut(ping('fragment')))),
  refused('5.2', 'a pong in two fragments', byFrame(cut(pong('fragment')))),
  answered('5.3', 'a text in two fragments', together(halves)),
  answered('5.4', 'a text in two fragments, frame by frame', byFrame(halves)),
  answered('5.5', 'a text in two fragments, octet by octet', byOctet(halves)),
  interleaved('5.6', 'a ping between two fragments', together(pingBetween)),
  interleaved('5.7', 'a ping between two fragments, frame by frame', byFrame(pingBetween)),
  interleaved('5.8', 'a ping between two fragments, octet by octet', byOctet(pingBetween)),
  refused('5.9', 'a last continuation of nothing', together(nothingToContinue(true))),
  refused('5.10', 'a last continuation of nothing, frame by frame', byFrame(nothingToContinue(true))),
  refused('5.11', 'a last continuation of nothing, octet by octet', byOctet(nothingToContinue(true))),
  refused('5.12', 'a continuation of nothing', together(nothingToContinue(false))),
  refused('5.13', 'a continuation of nothing, frame by frame', byFrame(nothingToContinue(false))),
  refused('5.14', 'a continuation of nothing, octet by octet', byOctet(nothingToContinue(false))),
  {
    id: '5.15',
    does: 'a text in two fragments, a continuation of nothing, another text',
    steps: together([...halves, ...nothingToContinue(false)]),
    answers: [answerTo('fragmented')],
    ends: failsWith(1002),
  },
  refused('5.16', 'twice: a continuation of nothing, a text in fragments', [
    sendTogether(twice([continuation('fragment1', { fin: false }), ...halves])),
  ]),
  refused('5.17', 'twice: a last continuation of nothing, a text in fragments', [
    sendTogether(twice([continuation('fragment1'), ...halves])),
  ]),
  refused('5.18', 'two fragments that both begin a text', together([text('a', { fin: false }), text('b')])),
  fiveFragments('5.19', 'two pings among five fragments', together),
  fiveFragments('5.20', 'two pings among five fragments, frame by frame', byFrame),
];

function answered(id: string, does: string, steps: readonly WireStep[]): WireCase {
  return { id, does, steps, answers: [answerTo('fragmented')], ends: CLEAN };
}

function interleaved(id: string, does: string, steps: readonly WireStep[]): WireCase {
  return { id, does, steps, answers: [pongTo('between'), answerTo('fragmented')], ends: CLEAN };
}

function refused(id: string, does: string, steps: readonly WireStep[]): WireCase {
  return { id, does, steps, answers: [], ends: failsWith(1002) };
}

function cut(frame: WireFrame): WireFrame[] {
  return [{ ...frame, fin: false }, continuation('the rest')];
}

/** The first ping is answered before the message is complete. */
function fiveFragments(
  id: string,
  does: string,
  way: (frames: readonly WireFrame[]) => WireStep[],
): WireCase {
  return {
    id,
    does,
    steps: [
      ...way([...fifths.slice(0, 2), ping('one')]),
      { awaitAnswers: 1 },
      ...way([...fifths.slice(2, 4), ping('two'), ...fifths.slice(4)]),
    ],
    answers: [pongTo('one'), pongTo('two'), answerTo('fragmented')],
    ends: CLEAN,
  };
}
