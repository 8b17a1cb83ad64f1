import { LIMITS, type ReasonCode } from '@netra/protocol';
import { sendThroughPage } from '../../kit/page-record.ts';
import { poll } from '../../kit/poll.ts';
import { SCRIPT } from '../../system/reasons/scripted-agent.ts';
import type { BrowserCase, NotMet } from './browser-case.ts';
import type { BrowserRig } from './browser-rig.ts';

const LONGEST_AGE_MS = 56 * 60_000;
/** More than the kernel and the browser keep for a page that does not read. */
const ROUNDS = 4;

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
    await page.waitForTimeout(1_500);
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
    for (let round = 1; round <= ROUNDS; round++) {
      talker.send({ type: 'user_message', id: `talk-${round}`, text: SCRIPT.talk, thread_id });
    }
    const done = () => talker.frames.filter(({ type }) => type === 'agent_completed').length > ROUNDS;
    await poll(() => done() || undefined, { deadlineMs: 30_000, what: 'the talk to end' });
    rig.stack.advance(LIMITS.heartbeatMs + 1);
    // The tick that sends a heartbeat gives up the reader. Its close frame stands behind what it did not read.
    await talker.next('heartbeat');
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
