import { OPCODE, type WireFrame } from '../../kit/wire-frame.ts';
import {
  answerTo,
  CLEAN,
  close,
  continuation,
  failsWith,
  jsonPing,
  ping,
  sendTogether,
  text,
  type WireCase,
} from '../wire-case.ts';

const GREETING = 'Hello World!';
const LONGEST_REASON = '*'.repeat(123);
/** Codes that an endpoint may send: of the protocol, of libraries, of applications. */
const SENDABLE = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const UNSENDABLE = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const BEYOND = [5000, 65_535];

export const closingCases: readonly WireCase[] = [
  {
    id: '7.1.1',
    does: 'a text, then the close',
    steps: [sendTogether([text(jsonPing('text'))])],
    answers: [answerTo('text')],
    ends: CLEAN,
  },
  echoed('7.1.2', 'two closes', [close(1000), closeOf('')], 'close(1000)'),
  echoed('7.1.3', 'a ping after the close', [close(1000), ping()], 'close(1000)'),
  echoed('7.1.4', 'a text after the close', [close(1000), text(jsonPing('late'))], 'close(1000)'),
  echoed(
    '7.1.5',
    'a close between two fragments',
    [text('{"type":"ping",', { fin: false }), close(1000), continuation('"id":"a"}')],
    'close(1000)',
  ),
  {
    id: '7.1.6',
    does: '256 KiB, a text, a close, a ping: more than a frame may hold',
    steps: [sendTogether([text('*'.repeat(262_144)), text(jsonPing('late')), close(1000), ping()])],
    answers: [],
    ends: failsWith(1009),
  },
  echoed('7.3.1', 'a close without a code', [closeOf('')], 'close()'),
  refused('7.3.2', 'a close with one octet', closeOf('a'), 1002),
  echoed('7.3.3', 'a close with a code', [close(1000)], 'close(1000)'),
  echoed('7.3.4', 'a close with a reason', [close(1000, GREETING)], `close(1000 ${GREETING})`),
  echoed(
    '7.3.5',
    'a close with the longest reason',
    [close(1000, LONGEST_REASON)],
    `close(1000 ${LONGEST_REASON})`,
  ),
  refused('7.3.6', 'a close with too long a reason', close(1000, `${LONGEST_REASON}*`), 1002),
  refused('7.5.1', 'a reason that is no UTF-8', close(1000, Buffer.from('cebaeda080', 'hex')), 1007),
  ...SENDABLE.map((code, index) =>
    echoed(`7.7.${index + 1}`, `the code ${code}`, [close(code)], `close(${code})`),
  ),
  ...UNSENDABLE.map((code, index) =>
    refused(`7.9.${index + 1}`, `the code ${code}, which nobody may send`, close(code), 1002),
  ),
  ...BEYOND.map((code, index) =>
    refused(`7.13.${index + 1}`, `the code ${code}, which nothing defines`, close(code), 1002),
  ),
];

function closeOf(payload: string): WireFrame {
  return { opcode: OPCODE.close, payload: Buffer.from(payload) };
}

function echoed(id: string, does: string, frames: readonly WireFrame[], reply: string): WireCase {
  return { id, does, steps: [sendTogether(frames)], answers: [], ends: { by: 'echo', close: reply } };
}

function refused(id: string, does: string, frame: WireFrame, number: 1002 | 1007): WireCase {
  return { id, does, steps: [sendTogether([frame])], answers: [], ends: failsWith(number) };
}
