import { describe, expect, test } from 'vitest';
import {
  createCollector,
  echoAgent,
  type Node,
  scriptedAgent,
  snapshotOf,
  startTestNode,
} from '../runs/testing/data-side.ts';
import { openDatabase } from './database.ts';
import { pruneEvents } from './prune.ts';

const dayMs = 24 * 60 * 60_000;
const aWeekOn = { maxAgeMs: dayMs, maxEvents: 1_000, nowMs: Date.now() + 7 * dayMs };

async function subscribe(node: Node, threadId: string, resume: { epoch: string; afterSeq: number }) {
  const { deliver } = createCollector();
  const outcome = await node.feed.subscribe({ ownerId: 'ada', threadId, ...resume, deliver });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  outcome.close();
  return outcome;
}

async function answered(node: Node) {
  const ack = await node.say('one');
  const watcher = await node.watch(ack.thread_id);
  await watcher.untilEnd(ack.run_id);
  watcher.close();
  return { ...ack, lastSeq: watcher.events.length };
}

describe('old events', () => {
  test('go, the messages and the epoch stay, and who resumes before them gets a snapshot', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId, epoch, lastSeq } = await answered(node);
    expect(await pruneEvents(openDatabase(node.pool), aWeekOn)).toBe(lastSeq);
    expect(await pruneEvents(openDatabase(node.pool), aWeekOn)).toBe(0);
    expect(await node.threads.events('ada', threadId)).toMatchObject({ value: { items: [] } });
    const late = await subscribe(node, threadId, { epoch, afterSeq: 1 });
    expect(late.subscribed).toEqual({ epoch, last_seq: lastSeq, recovered: false });
    expect(snapshotOf(late).messages.map(({ text }) => text)).toEqual(['one', 'You said: one']);
    expect(await subscribe(node, threadId, { epoch, afterSeq: lastSeq })).toMatchObject({
      subscribed: { recovered: true },
    });
    const next = await node.say('two', { threadId });
    expect(next).toMatchObject({ epoch, seq: lastSeq + 1 });
  });

  test('that are not old yet stay, but not more than so many', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId, epoch, lastSeq } = await answered(node);
    const database = openDatabase(node.pool);
    expect(await pruneEvents(database, { ...aWeekOn, nowMs: Date.now() })).toBe(0);
    expect(await pruneEvents(database, { ...aWeekOn, nowMs: Date.now(), maxEvents: 2 })).toBe(lastSeq - 2);
    expect(await subscribe(node, threadId, { epoch, afterSeq: lastSeq - 3 })).toMatchObject({
      subscribed: { recovered: false },
    });
    expect(await subscribe(node, threadId, { epoch, afterSeq: lastSeq - 2 })).toMatchObject({
      subscribed: { recovered: true },
    });
  });

  test('of a run that goes on stay with it', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'message', delta: 'Once upon' };
      await new Promise(() => undefined);
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const watcher = await node.watch(ack.thread_id);
    await watcher.until((events) => events.some(({ type }) => type === 'agent_message'));
    expect(await pruneEvents(openDatabase(node.pool), aWeekOn)).toBe(0);
    const snapshot = await node.threads.snapshot('ada', ack.thread_id);
    expect(snapshot).toMatchObject({ value: { runs: [{ text: 'Once upon' }] } });
  });
});
