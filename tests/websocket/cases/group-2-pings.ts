import { CLEAN, failsWith, ping, pong, pongTo, send, type WireCase } from '../wire-case.ts';

const BINARY_PAYLOAD = Buffer.from('00fffefdfcfb00ff', 'hex');
const LONGEST = Buffer.alloc(125, 0xfe);
const TEN = Array.from({ length: 10 }, (_, index) => `payload-${index}`);

export const pingCases: readonly WireCase[] = [
  { id: '2.1', does: 'a ping without payload', steps: [send(ping())], answers: ['pong()'], ends: CLEAN },
  answered('2.2', 'a ping with a text', 'Hello, world!'),
  answered('2.3', 'a ping with bytes that are no text', BINARY_PAYLOAD),
  answered('2.4', 'a ping with the longest payload', LONGEST),
  {
    id: '2.5',
    does: 'a ping that is longer than a control frame may be',
    steps: [send(ping(Buffer.alloc(126, 0xfe)))],
    answers: [],
    ends: failsWith(1002),
  },
  answered('2.6', 'the longest ping, octet by octet', LONGEST, 1),
  { id: '2.7', does: 'a pong that nobody asked for', steps: [send(pong())], answers: [], ends: CLEAN },
  {
    id: '2.8',
    does: 'a pong with payload that nobody asked for',
    steps: [send(pong('unsolicited pong payload'))],
    answers: [],
    ends: CLEAN,
  },
  {
    id: '2.9',
    does: 'such a pong, then a ping',
    steps: [send(pong('unsolicited pong payload')), send(ping('ping payload'))],
    answers: [pongTo('ping payload')],
    ends: CLEAN,
  },
  tenPings('2.10', 'ten pings'),
  tenPings('2.11', 'ten pings, octet by octet', 1),
];

function answered(id: string, does: string, payload: string | Buffer, chopBytes?: number): WireCase {
  return { id, does, steps: [send(ping(payload), chopBytes)], answers: [pongTo(payload)], ends: CLEAN };
}

function tenPings(id: string, does: string, chopBytes?: number): WireCase {
  const steps = TEN.map((payload) => send(ping(payload), chopBytes));
  return { id, does, steps, answers: TEN.map(pongTo), ends: CLEAN };
}
