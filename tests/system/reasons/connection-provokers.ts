import { setTimeout as delay } from 'node:timers/promises';
import { LIMITS, type ReasonCode } from '@netra/protocol';
import { poll } from '../../kit/poll.ts';
import { encodeWireFrame, OPCODE } from '../../kit/wire-frame.ts';
import { openWire, type WireSocket } from '../../kit/wire-socket.ts';
import type { Provoked, Provoker } from './provoked.ts';
import type { ReasonRig } from './reason-rig.ts';
import { SCRIPT } from './scripted-agent.ts';

/** Of several megabytes each: no kernel keeps so many for a reader who does not read. */
const MOST_ROUNDS = 20;
/** Two looks of the server at its connections: what the kernel still takes, it has taken, and the first look saw it. */
const TWO_LOOKS_MS = 1_100;
/** For a few hundred frames, on a machine under load. */
const SECONDS_TO_READ = 10;
const LONGEST_AGE_MS = 56 * 60_000;

/** What ends an open connection. */
export const connectionProvokers = {
  message_malformed: (rig) =>
    afterBytes(rig, Buffer.concat(Array.from({ length: LIMITS.maxMalformedFrames }, () => text('{')))),
  message_too_large: (rig) => afterBytes(rig, text(' '.repeat(LIMITS.maxClientFrameBytes + 1))),
  async message_rate_exceeded(rig) {
    const wire = await openWire({ url: rig.stack.url, token: rig.token(await rig.addUser()) });
    const { connectionFrames, maxRefusedFrames } = LIMITS;
    // While these are read some more may pass.
    const count = connectionFrames.burst + maxRefusedFrames + connectionFrames.perSecond * SECONDS_TO_READ;
    await wire.write(Buffer.concat(Array.from({ length: count }, () => text('{"type":"ping"}'))));
    return closeOf(wire);
  },
  async heartbeat_lost(rig) {
    const wire = await openWire({ url: rig.stack.url, token: rig.token() });
    rig.stack.advance(LIMITS.heartbeatMs + 1);
    // The heartbeat and the ping, which stays without an answer.
    await wire.heard(3);
    rig.stack.advance(LIMITS.pongTimeoutMs + 1);
    return closeOf(wire);
  },
  async max_age(rig) {
    const exp = Math.floor((rig.stack.now() + 2 * LONGEST_AGE_MS) / 1000);
    const wire = await openWire({ url: rig.stack.url, token: rig.token(rig.ada, { exp }) });
    rig.stack.advance(LONGEST_AGE_MS);
    return closeOf(wire);
  },
  async slow_consumer(rig) {
    const talker = await rig.connect();
    talker.send({ type: 'user_message', id: 'talk-0', text: SCRIPT.talk });
    const { thread_id = '' } = await talker.next('ack');
    const reader = await openWire({ url: rig.stack.url, token: rig.token() });
    await reader.write(
      text(JSON.stringify({ type: 'subscribe', thread_id, after_seq: 0, epoch: 'unknown' })),
    );
    await reader.heard(2);
    reader.pause();
    for (let round = 1; (await bytesThatWait(rig)) === 0; round++) {
      if (round > MOST_ROUNDS) throw new Error('the kernel takes everything');
      talker.send({ type: 'user_message', id: `talk-${round}`, text: SCRIPT.talk, thread_id });
      const ended = () => talker.frames.filter(({ type }) => type === 'agent_completed').length > round;
      await poll(() => (ended() ? true : undefined), { deadlineMs: 30_000, what: 'the talk to end' });
    }
    rig.stack.advance(LIMITS.heartbeatMs + 1);
    // The tick that sends a heartbeat gives up the reader. Its close frame stands behind what it did not read.
    await talker.next('heartbeat');
    reader.resume();
    talker.close();
    return closeOf(reader);
  },
} satisfies Partial<Record<ReasonCode, Provoker>>;

async function bytesThatWait({ stack }: ReasonRig): Promise<number> {
  await delay(TWO_LOOKS_MS);
  return Number(/^netra_queued_bytes (\d+)/m.exec(await stack.gateway.metrics.text())?.[1]);
}

function text(payload: string): Buffer {
  return encodeWireFrame({ opcode: OPCODE.text, payload: Buffer.from(payload) });
}

async function afterBytes(rig: ReasonRig, bytes: Buffer): Promise<Provoked> {
  const wire = await openWire({ url: rig.stack.url, token: rig.token() });
  await wire.write(bytes);
  return closeOf(wire);
}

async function closeOf(wire: WireSocket): Promise<Provoked> {
  const found = await poll(() => closeIn(wire.events), {
    what: () => `a close; so far: ${wire.events.slice(-5).join(', ')}`,
  });
  wire.destroy();
  return { via: 'close', ...found };
}

function closeIn(events: readonly string[]): { code: number; reason: string } | undefined {
  for (const event of events) {
    const found = /^close\((\d+) (\w+)\)$/.exec(event);
    if (found !== null) return { code: Number(found[1]), reason: found[2] ?? '' };
  }
  return undefined;
}
