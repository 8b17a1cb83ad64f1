import { newId } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../event-log/database.ts';
import {
  createCollector,
  createGate,
  echoAgent,
  scriptedAgent,
  startTestNode,
  typesOf,
} from '../runs/testing/data-side.ts';
import { sweepKeys } from './idempotency.ts';

const user = { userId: 'ada', roles: ['user'], permissions: ['chat'] };

describe('a message', () => {
  test('is stored, then acknowledged, then delivered, then answered', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const order: string[] = [];
    const collector = createCollector();
    const ack = await node.say('Hello there', {
      onStored(stored, join) {
        order.push(`ack ${stored.seq}`);
        join({
          deliver(frame, event) {
            order.push(event.type);
            collector.deliver(frame, event);
          },
        });
      },
    });
    await collector.untilEnd(ack.run_id);
    expect(order).toEqual(['ack 1', 'user_message', 'agent_started', 'agent_message', 'agent_completed']);
    expect(collector.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(collector.frames.map((frame) => JSON.parse(frame))).toEqual(collector.events);
    const messages = await node.threads.messages('ada', ack.thread_id);
    expect(messages).toMatchObject({
      ok: true,
      value: {
        items: [
          { role: 'user', text: 'Hello there', message_id: ack.message_id, status: 'complete' },
          { role: 'agent', text: 'You said: Hello there', status: 'complete', run_id: ack.run_id },
        ],
      },
    });
  });

  test('names a new thread, cut at a word', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const text = 'Why would a connection to the staging environment be refused again and again?';
    const { thread_id } = await node.say(text);
    const thread = await node.threads.get('ada', thread_id);
    expect(thread).toMatchObject({
      value: { title: 'Why would a connection to the staging environment be…' },
    });
  });

  test('sent twice with one id is one message, also at the same time', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const clientId = newId('ref');
    const [first, second] = await Promise.all([
      node.say('once', { clientId }),
      node.say('once', { clientId }),
    ]);
    const acks: unknown[] = [];
    const third = await node.say('once', { clientId, onStored: (ack) => acks.push(ack) });
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(acks).toEqual([first]);
    expect((await node.threads.list('ada')).ok && (await node.threads.list('ada'))).toMatchObject({
      value: { items: [{ thread_id: first.thread_id }] },
    });
  });

  test('replayed can be joined, and shows every event from the message on', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const clientId = newId('ref');
    const ack = await node.say('once', { clientId });
    await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    const collector = createCollector();
    await node.say('once', { clientId, onStored: (_ack, join) => join({ deliver: collector.deliver }) });
    await collector.untilEnd(ack.run_id);
    expect(collector.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test.each(['has spaces', 'é', '👋'.repeat(32)])('may be called %j by its client', async (clientId) => {
    const node = await startTestNode({ agents: [echoAgent] });
    const ack = await node.say('once', { clientId });
    expect(await node.say('once', { clientId })).toEqual(ack);
    await expect(node.say('twice', { clientId })).rejects.toThrow('idempotency_conflict');
  });

  test('with a known id and another text is a conflict, for this user only', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const clientId = newId('ref');
    await node.say('once', { clientId });
    await expect(node.say('twice', { clientId })).rejects.toThrow('idempotency_conflict');
    await expect(node.say('twice', { clientId, ownerId: 'bob' })).resolves.toMatchObject({ seq: 1 });
  });

  test.each([
    ['message_invalid', { text: '   ' }],
    ['message_invalid', { text: 'x'.repeat(32_001) }],
    ['message_invalid', { clientId: 'a\u0000' }],
    ['message_invalid', { clientId: '\ud800' }],
    ['message_invalid', { text: '\ud800' }],
    ['agent_unknown', { agent: 'nobody' }],
    ['thread_unknown', { threadId: 'thr_nowhere' }],
  ])('is refused as %s', async (code, fields) => {
    const node = await startTestNode({ agents: [echoAgent] });
    const request = { ownerId: 'ada', user, text: 'hi', clientId: newId('ref'), ...fields };
    expect(await node.threads.post(request)).toMatchObject({ ok: false, refusal: { code } });
    expect(await node.threads.list('ada')).toEqual({ ok: true, value: { items: [] } });
  });
});

describe('a message while a run is open', () => {
  /** An agent that waits for the gate in its first run and echoes in all. */
  function waitingAgent() {
    const gate = createGate();
    const agent = scriptedAgent(async function* (turn, signal) {
      const text = turn.messages.at(-1)?.text ?? '';
      if (text === 'first') {
        yield { type: 'thinking', text: 'waiting' };
        await Promise.race([
          gate.opened,
          new Promise((resolve) => signal.addEventListener('abort', resolve)),
        ]);
      }
      const steering = turn.takeSteering();
      yield {
        type: 'message',
        delta: [...turn.messages.map((message) => message.text), ...steering].join('|'),
      };
    });
    return { gate, agent };
  }

  test('waits its turn, and its run sees the answer before it', async () => {
    const { gate, agent } = waitingAgent();
    const node = await startTestNode({ agents: [agent] });
    const first = await node.say('first');
    const second = await node.say('second', { threadId: first.thread_id });
    const third = await node.say('third', { threadId: first.thread_id });
    expect(await node.runs.get('ada', second.run_id)).toMatchObject({ value: { status: 'queued' } });
    const watcher = await node.watch(first.thread_id);
    gate.open();
    expect((await watcher.untilEnd(second.run_id)).at(-1)).toMatchObject({
      data: { text: 'first|first|second' },
    });
    expect((await watcher.untilEnd(third.run_id)).at(-1)).toMatchObject({
      data: { text: 'first|first|second|first|first|second|third' },
    });
    expect(watcher.events.map(({ seq }) => seq)).toEqual(watcher.events.map((_event, index) => index + 1));
  });

  test('is refused when it asks for that', async () => {
    const { agent } = waitingAgent();
    const node = await startTestNode({ agents: [agent] });
    const { thread_id: threadId } = await node.say('first');
    await expect(node.say('second', { threadId, overlap: 'reject' })).rejects.toThrow('run_in_progress');
  });

  test('interrupts what runs and what waits', async () => {
    const { agent } = waitingAgent();
    const node = await startTestNode({ agents: [agent] });
    const first = await node.say('first');
    const threadId = first.thread_id;
    const waiting = await node.say('waiting', { threadId });
    const urgent = await node.say('urgent', { threadId, overlap: 'interrupt' });
    const watcher = await node.watch(threadId);
    await watcher.untilEnd(urgent.run_id);
    for (const { run_id } of [first, waiting]) {
      const events = await watcher.untilEnd(run_id);
      expect(events[0]?.type).toBe('agent_started');
      expect(events.at(-1)).toMatchObject({ type: 'agent_cancelled', data: { by: 'interrupt' } });
    }
  });

  test('steers the run that goes on', async () => {
    const { gate, agent } = waitingAgent();
    const node = await startTestNode({ agents: [agent] });
    const first = await node.say('first');
    const steer = await node.say('steer', { threadId: first.thread_id, overlap: 'steer' });
    expect(steer.run_id).toBe(first.run_id);
    gate.open();
    const watcher = await node.watch(first.thread_id);
    expect((await watcher.untilEnd(first.run_id)).at(-1)).toMatchObject({ data: { text: 'first|steer' } });
    expect(await node.runs.counts()).toMatchObject({ queued: 0, running: 0 });
  });

  test('gets a run of its own when the run that it should steer ends without it', async () => {
    const gate = createGate();
    const deaf = scriptedAgent(async function* (turn) {
      await gate.opened;
      yield { type: 'message', delta: turn.messages.at(-1)?.text ?? '' };
    });
    const node = await startTestNode({ agents: [deaf] });
    const first = await node.say('first');
    await node.say('left', { threadId: first.thread_id, overlap: 'steer' });
    const watcher = await node.watch(first.thread_id);
    gate.open();
    await watcher.until((events) => events.filter(({ type }) => type === 'agent_completed').length === 2);
    const texts = watcher.events.flatMap((event) =>
      event.type === 'agent_completed' ? [event.data.text] : [],
    );
    expect(texts).toEqual(['first', 'left']);
    const runIds = new Set(watcher.events.map(({ run_id }) => run_id));
    expect(runIds.size).toBe(2);
  });

  test('that steers starts a run where nothing is open', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const first = await node.say('one');
    const watcher = await node.watch(first.thread_id);
    await watcher.untilEnd(first.run_id);
    const steer = await node.say('two', { threadId: first.thread_id, overlap: 'steer' });
    expect(typesOf(await watcher.untilEnd(steer.run_id))).toEqual([
      'agent_started',
      'agent_message',
      'agent_completed',
    ]);
  });
});

test('an id may be used again after a day, and is forgotten then', async () => {
  const node = await startTestNode({ agents: [echoAgent] });
  const clientId = newId('ref');
  const first = await node.say('once', { clientId });
  await node.pool.query(`UPDATE idempotency SET created_at = created_at - interval '25 hours'`);
  const second = await node.say('another', { clientId });
  expect(second.thread_id).not.toBe(first.thread_id);
  const keys = () => node.pool.query('SELECT client_id FROM idempotency');
  await sweepKeys(openDatabase(node.pool), Date.now() + 23 * 60 * 60_000);
  expect((await keys()).rows).toHaveLength(1);
  await sweepKeys(openDatabase(node.pool), Date.now() + 25 * 60 * 60_000);
  expect((await keys()).rows).toHaveLength(0);
});
