import { newId } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import { echoAgent, scriptedAgent, startTestNode } from '../runs/testing/data-side.ts';

const threadUnknown = { ok: false, refusal: { code: 'thread_unknown' } };
const runUnknown = { ok: false, refusal: { code: 'run_unknown' } };

describe('another user', () => {
  test('finds nothing of mine by any function, and changes nothing', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'message', delta: 'private' };
      await new Promise(() => undefined);
    });
    const node = await startTestNode({ agents: [agent] });
    const { thread_id: threadId, run_id: runId } = await node.say('mine');
    const watcher = await node.watch(threadId);
    await watcher.until((events) => events.some(({ type }) => type === 'agent_message'));
    const { threads, runs, feed } = node;
    const deliver = (): void => {
      throw new Error('delivered to a stranger');
    };
    const user = { userId: 'bob', roles: ['user'], permissions: ['chat'] };

    expect(await threads.list('bob')).toEqual({ ok: true, value: { items: [] } });
    expect(await threads.get('bob', threadId)).toMatchObject(threadUnknown);
    expect(await threads.update('bob', threadId, { title: 'taken' })).toMatchObject(threadUnknown);
    expect(await threads.delete('bob', threadId)).toMatchObject(threadUnknown);
    expect(await threads.messages('bob', threadId)).toMatchObject(threadUnknown);
    expect(await threads.events('bob', threadId)).toMatchObject(threadUnknown);
    expect(await threads.snapshot('bob', threadId)).toMatchObject(threadUnknown);
    expect(await feed.subscribe({ ownerId: 'bob', threadId, deliver })).toMatchObject(threadUnknown);
    expect(
      await feed.subscribe({ ownerId: 'bob', threadId, epoch: 'x', afterSeq: 0, deliver }),
    ).toMatchObject(threadUnknown);
    for (const overlap of ['enqueue', 'reject', 'interrupt', 'steer'] as const) {
      const request = { ownerId: 'bob', user, text: 'hi', clientId: newId('ref'), threadId, overlap };
      expect(await threads.post(request)).toMatchObject(threadUnknown);
    }
    expect(await runs.get('bob', runId)).toMatchObject(runUnknown);
    expect(await runs.cancel({ ownerId: 'bob', runId, by: 'user' })).toMatchObject(runUnknown);
    expect(await runs.toolResult('bob', runId, 'call_1')).toMatchObject(runUnknown);

    expect(await threads.get('ada', threadId)).toMatchObject({ value: { title: 'mine', last_seq: 3 } });
    expect(await runs.get('ada', runId)).toMatchObject({ value: { status: 'running' } });
  });

  test('may use the same message id, and gets a thread of their own', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const clientId = newId('ref');
    const mine = await node.say('same', { clientId });
    const theirs = await node.say('same', { clientId, ownerId: 'bob' });
    expect(theirs.thread_id).not.toBe(mine.thread_id);
    expect(await node.threads.list('bob')).toMatchObject({
      value: { items: [{ thread_id: theirs.thread_id }] },
    });
  });
});

test.each(['thr_nowhere', 'thr\u0000', '', 'x'.repeat(100)])(
  'an id that names nothing is unknown: %j',
  async (id) => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { threads, runs, feed } = node;
    expect(await threads.get('ada', id)).toMatchObject(threadUnknown);
    expect(await threads.update('ada', id, { title: 'x' })).toMatchObject(threadUnknown);
    expect(await threads.delete('ada', id)).toMatchObject(threadUnknown);
    expect(await threads.messages('ada', id)).toMatchObject(threadUnknown);
    expect(await threads.events('ada', id, { afterSeq: 10 ** 14 })).toMatchObject(threadUnknown);
    expect(await threads.snapshot('ada', id)).toMatchObject(threadUnknown);
    await expect(node.say('hi', { threadId: id })).rejects.toThrow('thread_unknown');
    expect(await feed.subscribe({ ownerId: 'ada', threadId: id, deliver: () => undefined })).toMatchObject(
      threadUnknown,
    );
    expect(await runs.get('ada', id)).toMatchObject(runUnknown);
    expect(await runs.cancel({ ownerId: 'ada', runId: id, by: 'user' })).toMatchObject(runUnknown);
    expect(await runs.toolResult('ada', id, id)).toMatchObject(runUnknown);
  },
);

describe('lists', () => {
  test('come in pages that fit together', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    for (let index = 0; index < 5; index++) await node.threads.create('ada', { title: `${index}` });
    const titles: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await node.threads.list('ada', { limit: 2, cursor });
      if (!page.ok) throw new Error(page.refusal.code);
      titles.push(...page.value.items.map(({ title }) => title));
      cursor = page.value.next_cursor;
    } while (cursor !== undefined);
    expect(titles.toSorted()).toEqual(['0', '1', '2', '3', '4']);
    expect(await node.threads.list('ada', { cursor: 'nonsense' })).toMatchObject({
      refusal: { code: 'request_malformed' },
    });
  });

  test('of messages and events lead to all of them', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const { thread_id: threadId, run_id } = await node.say('one');
    const watcher = await node.watch(threadId);
    await watcher.untilEnd(run_id);
    const second = await node.say('two', { threadId });
    await watcher.untilEnd(second.run_id);

    const latest = await node.threads.messages('ada', threadId, { limit: 3 });
    if (!latest.ok) throw new Error(latest.refusal.code);
    expect(latest.value.items.map(({ text }) => text)).toEqual(['You said: one', 'two', 'You said: two']);
    const older = await node.threads.messages('ada', threadId, { cursor: latest.value.next_cursor });
    expect(older).toMatchObject({ value: { items: [{ text: 'one' }] } });
    expect(older.ok && older.value.next_cursor).toBe(undefined);

    const events = await node.threads.events('ada', threadId, { afterSeq: 2, limit: 3 });
    expect(events).toMatchObject({
      value: { items: [{ seq: 3 }, { seq: 4 }, { seq: 5 }], next_cursor: '5' },
    });
  });
});
