import { applyEventToParts, type MessagePart, textOfParts } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import {
  answered,
  createCollector,
  createGate,
  echoAgent,
  eventually,
  type Node,
  openTestCluster,
  scriptedAgent,
  snapshotOf,
  startTestNode,
  typesOf,
} from '../runs/testing/data-side.ts';

async function subscribe(node: Node, threadId: string, resume: { epoch?: string; afterSeq?: number } = {}) {
  const collector = createCollector();
  const outcome = await node.feed.subscribe({
    ownerId: 'ada',
    threadId,
    ...resume,
    deliver: collector.deliver,
  });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return { ...collector, ...outcome };
}

describe('a subscriber', () => {
  test('that resumes gets what it missed, once and in order', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId, epoch, lastSeq } = await answered(node);
    const reader = await subscribe(node, threadId, { epoch, afterSeq: 2 });
    expect(reader.subscribed).toEqual({ epoch, last_seq: lastSeq, recovered: true });
    expect(reader.events).toEqual([]);
    reader.start();
    const next = await node.say('two', { threadId });
    await reader.untilEnd(next.run_id);
    expect(reader.events.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8]);
  });

  test('of a thread that is deleted while its place is read is refused, and leaves nothing behind', async () => {
    const cluster = await openTestCluster();
    const node = await cluster.startNode({ agents: [echoAgent] });
    const there = await cluster.startNode({ agents: [echoAgent] });
    const { thread_id: threadId } = await answered(node);
    const thread = await node.threads.get('ada', threadId);
    if (!thread.ok) throw new Error(thread.refusal.code);
    const blocker = await node.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE messages IN ACCESS EXCLUSIVE MODE');
    const subscribing = subscribe(node, threadId);
    // The thread was found, and its snapshot waits.
    await eventually(async () => {
      const { rows } = await blocker.query(
        `SELECT 1 FROM pg_locks WHERE relation = 'messages'::regclass AND NOT granted`,
      );
      return rows.length > 0 ? true : undefined;
    });
    const heard: string[] = [];
    node.feed.watchOwner('ada', ({ text }) => void heard.push(JSON.parse(text).type));
    const deleted = { type: 'thread_deleted', thread: thread.value } as const;
    there.bus.publish({ kind: 'notice', owner_id: 'ada', ...deleted });
    await expect.poll(() => heard).toEqual(['thread_deleted']);
    await blocker.query('ROLLBACK');
    blocker.release();
    await expect(subscribing).rejects.toThrow('thread_unknown');
    expect(node.feed.subscriptionCount()).toBe(0);
  });

  test.each([
    ['without a place to resume from', {}],
    ['beyond the last event', { afterSeq: 99 }],
    ['of another epoch', { epoch: 'epo_old', afterSeq: 1 }],
    ['before what was pruned', { afterSeq: 1 }],
  ])('%s gets a snapshot', async (_name, resume) => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId, epoch, lastSeq } = await answered(node);
    await node.pool.query('UPDATE threads SET pruned_seq = 2');
    const reader = await subscribe(node, threadId, { epoch, ...resume });
    expect(reader.subscribed).toMatchObject({ epoch, last_seq: lastSeq, recovered: false });
    const snapshot = snapshotOf(reader);
    expect(snapshot.messages.map(({ text }) => text)).toEqual(['one', 'You said: one']);
    expect(snapshot.runs).toEqual([]);
    reader.start();
    const next = await node.say('two', { threadId });
    await reader.untilEnd(next.run_id);
    expect(reader.events[0]?.seq).toBe(lastSeq + 1);
  });

  test('that joins in the middle of a run sees what was done, then the rest', async () => {
    const gate = createGate();
    const agent = scriptedAgent(async function* () {
      yield { type: 'thinking', text: 'Hm.' };
      yield { type: 'tool_executing', toolCallId: 'call_1', toolName: 'look', arguments: {} };
      yield {
        type: 'tool_completed',
        toolCallId: 'call_1',
        toolName: 'look',
        ok: true,
        result: 1,
        durationMs: 1,
      };
      yield { type: 'tool_executing', toolCallId: 'call_2', toolName: 'wait', arguments: {} };
      yield { type: 'message', delta: 'First, ' };
      await gate.opened;
      yield { type: 'message', delta: 'second.' };
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    await (await node.watch(ack.thread_id)).until((events) =>
      events.some(({ type }) => type === 'agent_message'),
    );
    const reader = await subscribe(node, ack.thread_id);
    const [run] = snapshotOf(reader).runs;
    expect(run).toMatchObject({
      status: 'running',
      text: 'First, ',
      open_tools: [{ tool_call_id: 'call_2' }],
      parts: [{ type: 'thinking' }, { type: 'tool', ok: true }, { type: 'tool' }, { type: 'text' }],
    });
    reader.start();
    gate.open();
    const events = await reader.untilEnd(ack.run_id);
    const parts = events.reduce<readonly MessagePart[]>(applyEventToParts, run?.parts ?? []);
    expect(textOfParts(parts)).toBe('First, second.');
  });

  test('that closes hears nothing more, and the others go on', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId } = await answered(node);
    const [stays, leaves] = [await subscribe(node, threadId), await subscribe(node, threadId)];
    stays.start();
    leaves.start();
    leaves.close();
    const next = await node.say('two', { threadId });
    await stays.untilEnd(next.run_id);
    expect(leaves.events).toEqual([]);
    expect(node.feed.subscriptionCount()).toBe(1);
  });

  test('of many posts at once sees every number once', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId, epoch } = await answered(node);
    const reader = await subscribe(node, threadId, { epoch, afterSeq: 0 });
    reader.start();
    const acks = await Promise.all(
      Array.from({ length: 10 }, (_item, index) => node.say(`${index}`, { threadId })),
    );
    for (const { run_id } of acks) await reader.untilEnd(run_id);
    expect(reader.events.map(({ seq }) => seq)).toEqual(reader.events.map((_event, index) => index + 1));
  });
});

describe('two processes on one database', () => {
  test('show the same run, complete and in order', async () => {
    const agent = scriptedAgent(async function* () {
      for (let word = 0; word < 30; word++) {
        yield { type: 'message', delta: `${word} ` };
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const cluster = await openTestCluster();
    const [here, there] = [
      await cluster.startNode({ agents: [agent] }),
      await cluster.startNode({ agents: [agent] }),
    ];
    const ack = await here.say('go');
    const [near, far] = [await here.watch(ack.thread_id), await there.watch(ack.thread_id)];
    await far.untilEnd(ack.run_id);
    await near.untilEnd(ack.run_id);
    expect(far.events.map(({ seq }) => seq)).toEqual(far.events.map((_event, index) => index + 1));
    expect(far.frames).toEqual(near.frames);
  });

  test('cancel each other’s runs', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'thinking', text: 'long' };
      await new Promise(() => undefined);
    });
    const timings = { heartbeatMs: 3_600_000, leaseMs: 3_600_000 };
    const cluster = await openTestCluster();
    const here = await cluster.startNode({ agents: [agent], timings });
    const there = await cluster.startNode({ agents: [agent], timings });
    const ack = await here.say('go');
    expect(await there.runs.cancel({ ownerId: 'ada', runId: ack.run_id, by: 'user' })).toEqual({ ok: true });
    const events = await (await there.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(typesOf(events).at(-1)).toBe('agent_cancelled');
  });

  test('cancel by the heartbeat when the bus lost the wish', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'thinking', text: 'long' };
      await new Promise(() => undefined);
    });
    const node = await startTestNode({ agents: [agent], timings: { heartbeatMs: 20 } });
    const ack = await node.say('go');
    await node.pool.query(`UPDATE runs SET cancel_by = 'user'`);
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(events.at(-1)).toMatchObject({ type: 'agent_cancelled', data: { by: 'user' } });
  });

  test('steer each other’s runs', async () => {
    const agent = scriptedAgent(async function* (turn) {
      yield { type: 'thinking', text: 'waiting' };
      const steering = await eventually(async () => turn.takeSteering()[0]);
      yield { type: 'message', delta: steering };
    });
    const cluster = await openTestCluster();
    const [here, there] = [
      await cluster.startNode({ agents: [agent] }),
      await cluster.startNode({ agents: [agent] }),
    ];
    const ack = await here.say('go');
    await there.say('left', { threadId: ack.thread_id, overlap: 'steer' });
    const events = await (await there.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(events.at(-1)).toMatchObject({ data: { text: 'left' } });
  });

  test('tell the user of new, changed and deleted threads, and nobody else', async () => {
    const cluster = await openTestCluster();
    const here = await cluster.startNode({ agents: [echoAgent] });
    const there = await cluster.startNode({ agents: [echoAgent] });
    const seen: string[] = [];
    const foreign: string[] = [];
    there.feed.watchOwner('ada', ({ text }) => seen.push(JSON.parse(text).type));
    there.feed.watchOwner('bob', ({ text }) => foreign.push(text));
    const thread = await here.threads.create('ada', { title: 'Mine' });
    const threadId = thread.ok ? thread.value.thread_id : '';
    await here.threads.update('ada', threadId, { title: 'Still mine' });
    await here.threads.delete('ada', threadId);
    await eventually(async () => (seen.length === 3 ? true : undefined));
    expect(seen).toEqual(['thread_created', 'thread_updated', 'thread_deleted']);
    expect(foreign).toEqual([]);
  });

  test('show the end of a run before the end of its thread', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'message', delta: 'Once upon' };
      await new Promise(() => undefined);
    });
    const cluster = await openTestCluster();
    const here = await cluster.startNode({ agents: [agent] });
    const there = await cluster.startNode({ agents: [agent] });
    const ack = await here.say('go');
    const far = await there.watch(ack.thread_id);
    await far.until((events) => events.some(({ type }) => type === 'agent_message'));
    const seen: string[] = [];
    there.feed.watchOwner('ada', (frame) => {
      if (JSON.parse(frame.text).type === 'thread_deleted')
        seen.push(...typesOf(far.events), 'thread_deleted');
    });
    expect(await here.threads.delete('ada', ack.thread_id)).toMatchObject({ ok: true });
    await eventually(async () => seen.at(-1));
    expect(seen.slice(-2)).toEqual(['agent_cancelled', 'thread_deleted']);
    expect(await there.threads.get('ada', ack.thread_id)).toMatchObject({ ok: false });
    expect(await there.threads.events('ada', ack.thread_id)).toMatchObject({ ok: false });
    expect(await there.runs.get('ada', ack.run_id)).toMatchObject({ ok: false });
  });

  test('tell the user what changed while the bus was down', async () => {
    const cluster = await openTestCluster();
    const here = await cluster.startNode({ agents: [echoAgent] });
    const there = await cluster.startNode({ agents: [echoAgent] });
    const [kept, gone] = [await here.say('kept'), await here.say('gone')];
    const seen: string[] = [];
    const foreign: string[] = [];
    there.feed.watchOwner('bob', (frame) => foreign.push(frame.text));
    there.feed.watchOwner('ada', (frame) => {
      const { type, thread } = JSON.parse(frame.text);
      seen.push(`${type} ${thread.thread_id}`);
    });
    // Nobody hears what is said between: the rows change as if on a process that could not notify.
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`;
    await here.pool.query(`UPDATE threads SET title = 'silently', updated_at = now() WHERE thread_id = $1`, [
      kept.thread_id,
    ]);
    await here.pool.query(
      `UPDATE threads SET owner_id = NULL, deleted_owner_id = 'ada', deleted_at = now(), fence = NULL
       WHERE thread_id = $1`,
      [gone.thread_id],
    );
    await here.pool.query(cut);
    const expected = [`thread_updated ${kept.thread_id}`, `thread_deleted ${gone.thread_id}`];
    await eventually(async () => (expected.every((line) => seen.includes(line)) ? true : undefined));
    expect(foreign).toEqual([]);
  });

  test('find each other again after their bus connections broke, and miss nothing', async () => {
    const cluster = await openTestCluster();
    const here = await cluster.startNode({ agents: [echoAgent] });
    const there = await cluster.startNode({ agents: [echoAgent] });
    const first = await here.say('one');
    const watcher = await there.watch(first.thread_id);
    await watcher.untilEnd(first.run_id);
    await here.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND (query LIKE 'LISTEN%' OR query LIKE '%pg_notify%') AND pid <> pg_backend_pid()`,
    );
    const second = await here.say('two', { threadId: first.thread_id });
    await watcher.untilEnd(second.run_id);
    expect(watcher.events.map(({ seq }) => seq)).toEqual(watcher.events.map((_event, index) => index + 1));
  });
});

test('a subscriber that throws is dropped, and neither the run nor the others notice', async () => {
  const node = await startTestNode({ agents: [echoAgent] });
  const { thread_id: threadId, epoch, lastSeq } = await answered(node);
  const deliver = (): void => {
    throw new Error('broken socket');
  };
  const broken = await node.feed.subscribe({ ownerId: 'ada', threadId, epoch, afterSeq: lastSeq, deliver });
  if (broken.ok) broken.start();
  const reader = await subscribe(node, threadId);
  reader.start();
  const next = await node.say('two', {
    threadId,
    onStored() {
      throw new Error('broken socket');
    },
  });
  expect(typesOf(await reader.untilEnd(next.run_id)).at(-1)).toBe('agent_completed');
  expect(node.feed.subscriptionCount()).toBe(1);
});
