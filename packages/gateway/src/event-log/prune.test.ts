import { describe, expect, test } from 'vitest';
import {
  answered,
  echoAgent,
  resume,
  scriptedAgent,
  snapshotOf,
  startTestNode,
} from '../runs/testing/data-side.ts';
import { openDatabase } from './database.ts';
import { pruneEvents } from './prune.ts';

const dayMs = 24 * 60 * 60_000;
const aWeekOn = { maxAgeMs: dayMs, maxEvents: 1_000, nowMs: Date.now() + 7 * dayMs };

describe('old events', () => {
  test('go, the messages and the epoch stay, and who resumes before them gets a snapshot', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId, epoch, lastSeq } = await answered(node);
    expect(await pruneEvents(openDatabase(node.pool), aWeekOn)).toBe(lastSeq);
    expect(await pruneEvents(openDatabase(node.pool), aWeekOn)).toBe(0);
    expect(await node.threads.events('ada', threadId)).toMatchObject({ value: { items: [] } });
    const late = await resume(node, threadId, { epoch, afterSeq: 1 });
    expect(late.subscribed).toEqual({ epoch, last_seq: lastSeq, recovered: false });
    expect(snapshotOf(late).messages.map(({ text }) => text)).toEqual(['one', 'You said: one']);
    expect(await resume(node, threadId, { epoch, afterSeq: lastSeq })).toMatchObject({
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
    expect(await resume(node, threadId, { epoch, afterSeq: lastSeq - 3 })).toMatchObject({
      subscribed: { recovered: false },
    });
    expect(await resume(node, threadId, { epoch, afterSeq: lastSeq - 2 })).toMatchObject({
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
