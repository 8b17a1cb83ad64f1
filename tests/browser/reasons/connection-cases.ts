import { setTimeout as delay } from 'node:timers/promises';
import { isTerminalEventType, LIMITS, type ReasonCode } from '@netra/protocol';
import { sendThroughPage } from '../../kit/page-record.ts';
import { poll } from '../../kit/poll.ts';
import { SCRIPT } from '../../system/reasons/scripted-agent.ts';
import type { BrowserCase, NotMet } from './browser-case.ts';
import type { BrowserRig } from './browser-rig.ts';

/** Two looks of the gateway at its connections. */
const TICKS_MS = 1_100;
/** Longer than nothing may move on a connection, shorter than until a heartbeat. */
const PATIENCE_MS = 10_500;
const LONGEST_AGE_MS = 56 * 60_000;
const MAX_ROUNDS = 40;

/** What ends an open connection. What the client would not do, a page with a fault does through the same socket. */
export const connectionCases = {
  message_malformed: (rig) => afterFrames(rig, () => Array(LIMITS.maxMalformedFrames).fill('{')),
  message_too_large: (rig) => afterFrames(rig, () => [' '.repeat(LIMITS.maxClientFrameBytes + 1)]),
  message_rate_exceeded: (rig) => {
    const { connectionFrames, maxRefusedFrames } = LIMITS;
    const count = connectionFrames.burst + maxRefusedFrames + connectionFrames.perSecond * 10;
    return afterFrames(rig, () => Array(count).fill('{"type":"ping"}'));
  },
  async heartbeat_lost(rig) {
    const proxy = await rig.proxy();
    const page = await (await rig.guest()).open({ proxy });
    proxy.deafen();
    rig.stack.advance(LIMITS.heartbeatMs + 1);
    // Several ticks of the gateway: the ping is out, and its answer does not come.
    await delay(TICKS_MS);
    rig.stack.advance(LIMITS.pongTimeoutMs + 1);
    return page;
  },
  async max_age(rig) {
    const visitor = await rig.guest();
    const exp = () => Math.floor((rig.stack.now() + 2 * LONGEST_AGE_MS) / 1000);
    const page = await visitor.open({ token: () => rig.token(visitor.userId, { exp: exp() }) });
    rig.stack.advance(LONGEST_AGE_MS);
    return page;
  },
  async slow_consumer(rig) {
    const proxy = await rig.proxy();
    const { userId, open } = await rig.guest();
    const talker = await rig.connect(userId);
    talker.send({ type: 'user_message', id: 'first', text: 'hello' });
    const { thread_id = '' } = await talker.next('ack');
    await talker.next('agent_completed');
    const page = await open({ proxy, path: `/chat/${thread_id}` });
    await page.locator('article[data-role=agent]').waitFor();
    proxy.hold();
    for (let round = 1; round <= MAX_ROUNDS && !(await isStuck(rig)); round++) {
      talker.send({ type: 'user_message', id: `talk-${round}`, text: SCRIPT.talk, thread_id });
      // On a machine under load it is cut off by its time-out: that was a good deal too.
      const ended = () => talker.frames.filter(({ type }) => isTerminalEventType(type)).length > round;
      await poll(() => ended() || undefined, { deadlineMs: 30_000, what: 'the talk to end' });
    }
    // What is full has been seen to be by then, and with the next looks it has been so for too long.
    await delay(TICKS_MS);
    rig.stack.advance(PATIENCE_MS);
    await delay(TICKS_MS);
    // Its close frame stands behind what the page has not read.
    proxy.release();
    talker.close();
    return page;
  },
} satisfies Partial<Record<ReasonCode, BrowserCase | NotMet>>;

async function afterFrames(rig: BrowserRig, frames: () => string[]) {
  // What a user sends too fast counts over all of their connections.
  const page = await (await rig.visitor()).open();
  await sendThroughPage(page, frames());
  return page;
}

/** Something waits although nothing more is said: the kernel keeps no more for a page that does not read. */
async function isStuck({ stack }: BrowserRig): Promise<boolean> {
  await delay(TICKS_MS);
  return Number(/^netra_queued_bytes (\d+)/m.exec(await stack.gateway.metrics.text())?.[1]) > 0;
}
