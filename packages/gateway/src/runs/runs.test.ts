import { AgentError } from '@netra/agent';
import {
  applyEventToParts,
  LIMITS,
  type MessagePart,
  type ThreadEvent,
  threadEventSchema,
} from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../event-log/database.ts';
import { sweepDeleted } from '../event-log/deleted-threads.ts';
import {
  createGate,
  echoAgent,
  eventually,
  openTestCluster,
  scriptedAgent,
  startTestNode,
  typesOf,
} from './testing/data-side.ts';

const never = new Promise<never>(() => undefined);
const toolCall = {
  type: 'tool_executing',
  toolCallId: 'call_1',
  toolName: 'look',
  arguments: { at: 1 },
} as const;

function partsOf(events: ThreadEvent[]): readonly MessagePart[] {
  return events.reduce<readonly MessagePart[]>(applyEventToParts, []);
}

describe('a run', () => {
  test('tells what the agent does, in order, and keeps it with the answer', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'thinking', text: 'Let me ', step: 1 };
      yield { type: 'thinking', text: 'see.', step: 1 };
      yield { ...toolCall, purpose: 'to see' };
      yield {
        type: 'tool_completed',
        toolCallId: 'call_1',
        toolName: 'look',
        ok: true,
        result: [1],
        durationMs: 3,
      };
      yield { type: 'message', delta: 'wrong' };
      yield { type: 'message', delta: 'Ri', reset: true };
      yield { type: 'message', delta: 'ght\u0000.' };
      yield { type: 'usage', inputTokens: 12, outputTokens: 3 };
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const watcher = await node.watch(ack.thread_id);
    const events = await watcher.untilEnd(ack.run_id);
    expect(typesOf(events).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'agent_started',
      'agent_thinking',
      'tool_executing',
      'tool_completed',
      'agent_message',
      'agent_completed',
    ]);
    for (const event of watcher.events) expect(threadEventSchema.parse(event)).toEqual(event);
    expect(events.at(-1)).toMatchObject({
      data: { text: 'Right.', usage: { input_tokens: 12, output_tokens: 3 } },
    });
    const messages = await node.threads.messages('ada', ack.thread_id);
    expect(messages).toMatchObject({ value: { items: [{}, { text: 'Right.', parts: partsOf(events) }] } });
    expect(await node.runs.get('ada', ack.run_id)).toMatchObject({
      value: {
        status: 'completed',
        agent: 'script',
        usage: { input_tokens: 12 },
        ended_at: expect.any(String),
      },
    });
  });

  test('ends once, closes its tools and keeps its text when the agent throws', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'message', delta: 'So far' };
      yield toolCall;
      throw new Error('secret detail');
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(typesOf(events)).toEqual([
      'agent_started',
      'agent_message',
      'tool_executing',
      'tool_completed',
      'agent_failed',
    ]);
    expect(events.at(-2)).toMatchObject({ data: { ok: false, error: { code: 'internal_error' } } });
    expect(events.at(-1)).toMatchObject({ data: { code: 'internal_error', text: 'So far' } });
    expect(JSON.stringify(events)).not.toContain('secret');
    const messages = await node.threads.messages('ada', ack.thread_id);
    expect(messages).toMatchObject({ value: { items: [{}, { text: 'So far', status: 'partial' }] } });
  });

  test('fails with the reason that the agent gives', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'usage', inputTokens: 1, outputTokens: 0 };
      throw new AgentError('model_rate_limited', { detail: 'Too many at once.', retryable: true });
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(typesOf(events)).toEqual(['agent_started', 'agent_failed']);
    expect(events.at(-1)).toMatchObject({
      data: { code: 'model_rate_limited', detail: 'Too many at once.', retryable: true },
    });
    expect(await node.runs.get('ada', ack.run_id)).toMatchObject({
      value: { status: 'failed', code: 'model_rate_limited' },
    });
  });

  test('fails with run_timeout when it takes too long', async () => {
    const agent = scriptedAgent(async function* () {
      yield toolCall;
      await never;
    });
    const node = await startTestNode({ agents: [agent], timings: { runTimeoutMs: 50 } });
    const ack = await node.say('go');
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(typesOf(events).slice(-2)).toEqual(['tool_completed', 'agent_failed']);
    expect(events.at(-1)).toMatchObject({ data: { code: 'run_timeout' } });
  });

  test('merges deltas before they get a number, and they still add up', async () => {
    const words = Array.from({ length: 400 }, (_word, index) => `word${index} `);
    const agent = scriptedAgent(async function* () {
      for (const delta of words) yield { type: 'message', delta };
      yield { type: 'message', delta: 'ü'.repeat(20_000) };
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    const deltas = events.flatMap((event) => (event.type === 'agent_message' ? [event.data.delta] : []));
    expect(deltas.length).toBeLessThan(40);
    expect(Math.max(...deltas.map((delta) => Buffer.byteLength(delta)))).toBeLessThanOrEqual(16 * 1024);
    expect(deltas.join('')).toBe(words.join('') + 'ü'.repeat(20_000));
    expect(events.at(-1)).toMatchObject({ data: { text: deltas.join('') } });
  });

  test('ends in output_limit when it says more than an answer may be, with as much as fits', async () => {
    const agent = scriptedAgent(async function* () {
      for (;;) yield { type: 'message', delta: 'x'.repeat(10_000) };
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(events.at(-1)).toMatchObject({
      type: 'agent_failed',
      data: { code: 'output_limit', text: 'x'.repeat(LIMITS.maxAnswerBytes) },
    });
  });

  test('passes a large result by reference, and its owner can read it', async () => {
    const result = { rows: 'x'.repeat(70_000) };
    const agent = scriptedAgent(async function* () {
      yield toolCall;
      yield {
        type: 'tool_completed',
        toolCallId: 'call_1',
        toolName: 'look',
        ok: true,
        result,
        durationMs: 1,
      };
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    const completed = events.find(({ type }) => type === 'tool_completed');
    expect(completed?.data).not.toHaveProperty('result');
    expect(completed).toMatchObject({
      data: { ok: true, result_ref: { url: `/v1/runs/${ack.run_id}/tools/call_1/result` } },
    });
    const stored = await node.runs.toolResult('ada', ack.run_id, 'call_1');
    expect(stored.ok && JSON.parse(stored.value.body)).toEqual(result);
    expect(await node.runs.toolResult('bob', ack.run_id, 'call_1')).toMatchObject({
      refusal: { code: 'run_unknown' },
    });
  });

  test('goes to nobody when its agent is no longer installed', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const ack = await node.say('one');
    await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    await node.pool.query(`UPDATE threads SET agent = 'retired'`);
    const second = await node.say('two', { threadId: ack.thread_id });
    const events = await (await node.watch(ack.thread_id)).untilEnd(second.run_id);
    expect(events.at(-1)).toMatchObject({ type: 'agent_failed', data: { code: 'agent_unknown' } });
  });
});

describe('cancelling', () => {
  test('ends a run before its first token, though its tool is deaf', async () => {
    const agent = scriptedAgent(async function* () {
      yield toolCall;
      await never;
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const watcher = await node.watch(ack.thread_id);
    await watcher.until((events) => events.some(({ type }) => type === 'tool_executing'));
    expect(await node.runs.cancel({ ownerId: 'ada', runId: ack.run_id, by: 'user' })).toEqual({ ok: true });
    const events = await watcher.untilEnd(ack.run_id);
    expect(typesOf(events)).toEqual(['agent_started', 'tool_executing', 'tool_completed', 'agent_cancelled']);
    expect(events.at(-1)).toMatchObject({ data: { by: 'user' } });
    expect(await node.runs.get('ada', ack.run_id)).toMatchObject({ value: { status: 'cancelled' } });
  });

  test('keeps the text so far and never hears the agent again', async () => {
    const gate = createGate();
    const agent = scriptedAgent(async function* () {
      yield { type: 'message', delta: 'Half' };
      await gate.opened;
      yield { type: 'message', delta: ' and more' };
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('go');
    const watcher = await node.watch(ack.thread_id);
    await watcher.until((events) => events.some(({ type }) => type === 'agent_message'));
    await node.runs.cancel({ ownerId: 'ada', runId: ack.run_id, by: 'operator' });
    const events = await watcher.untilEnd(ack.run_id);
    expect(events.at(-1)).toMatchObject({ data: { by: 'operator', text: 'Half' } });
    gate.open();
    const next = await node.say('again', { threadId: ack.thread_id });
    await watcher.untilEnd(next.run_id);
    expect(JSON.stringify(events)).not.toContain('and more');
    expect(typesOf(watcher.events).filter((type) => type === 'agent_cancelled')).toHaveLength(1);
  });

  test('ends a queued run at once, started and cancelled', async () => {
    const agent = scriptedAgent(async function* () {
      yield { type: 'thinking', text: 'long' };
      await never;
    });
    const node = await startTestNode({ agents: [agent] });
    const first = await node.say('one');
    const second = await node.say('two', { threadId: first.thread_id });
    const watcher = await node.watch(first.thread_id);
    await node.runs.cancel({ ownerId: 'ada', runId: second.run_id, by: 'user' });
    expect(typesOf(await watcher.untilEnd(second.run_id))).toEqual(['agent_started', 'agent_cancelled']);
    expect(await node.runs.counts()).toEqual({ here: 1, queued: 0, running: 1 });
  });

  test('counts though the run is done before its process hears of it', async () => {
    const cluster = await openTestCluster();
    const there = await cluster.startNode({ agents: [echoAgent] });
    const agent = scriptedAgent(async function* (turn) {
      yield { type: 'message', delta: 'All of it' };
      await there.runs.cancel({ ownerId: 'ada', runId: turn.runId, by: 'user' });
    });
    const node = await cluster.startNode({ agents: [agent] });
    const ack = await node.say('go');
    const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(events.at(-1)).toMatchObject({
      type: 'agent_cancelled',
      data: { by: 'user', text: 'All of it' },
    });
    expect(await node.runs.get('ada', ack.run_id)).toMatchObject({ value: { status: 'cancelled' } });
    const messages = await node.threads.messages('ada', ack.thread_id);
    expect(messages).toMatchObject({ value: { items: [{}, { text: 'All of it', status: 'partial' }] } });
  });

  test('reaches a run that is taken from the queue at that moment, before the heartbeat does', async () => {
    const gate = createGate();
    const agent = scriptedAgent(async function* (turn) {
      if (turn.messages.at(-1)?.text === 'one') await gate.opened;
      else await never;
      yield { type: 'message', delta: 'Done' };
    });
    const node = await startTestNode({ agents: [agent], timings: { heartbeatMs: 60_000, leaseMs: 120_000 } });
    const first = await node.say('one');
    const queued = await node.say('two', { threadId: first.thread_id });
    const watcher = await node.watch(first.thread_id);
    const canceller = await node.pool.connect();
    await canceller.query('BEGIN');
    await canceller.query('SELECT 1 FROM runs WHERE run_id = $1 FOR UPDATE', [queued.run_id]);
    gate.open();
    // The claim has looked for cancelled runs, found none, and waits for the row.
    await eventually(async () => {
      const { rows } = await node.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'update "runs"%attempt%'`,
      );
      return rows[0];
    });
    await canceller.query(`UPDATE runs SET cancel_by = 'user' WHERE run_id = $1`, [queued.run_id]);
    await canceller.query('COMMIT');
    canceller.release();
    const events = await watcher.untilEnd(queued.run_id);
    expect(typesOf(events)).toEqual(['agent_started', 'agent_cancelled']);
  });

  test('is fine with a run that has ended', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const ack = await node.say('one');
    const watcher = await node.watch(ack.thread_id);
    await watcher.untilEnd(ack.run_id);
    expect(await node.runs.cancel({ ownerId: 'ada', runId: ack.run_id, by: 'user' })).toEqual({ ok: true });
    expect(await node.runs.cancel({ ownerId: 'ada', runId: 'run_none', by: 'user' })).toMatchObject({
      refusal: { code: 'run_unknown' },
    });
    expect(typesOf(watcher.events).at(-1)).toBe('agent_completed');
  });

  test('by deleting the thread stops its run without a trace', async () => {
    const signals: AbortSignal[] = [];
    const agent = scriptedAgent(async function* (_turn, signal) {
      signals.push(signal);
      yield { type: 'thinking', text: 'long' };
      await never;
    });
    const node = await startTestNode({ agents: [agent] });
    const ack = await node.say('one');
    await (await node.watch(ack.thread_id)).until((events) => events.length > 2);
    expect(await node.threads.delete('ada', ack.thread_id)).toMatchObject({ ok: true });
    expect(signals[0]?.aborted).toBe(true);
    expect(await node.threads.get('ada', ack.thread_id)).toMatchObject({
      refusal: { code: 'thread_unknown' },
    });
    // The end of its log stays for a moment, for readers on other processes.
    await sweepDeleted(openDatabase(node.pool), Date.now() + 3 * 60_000);
    const { rows } = await node.pool.query('SELECT count(*)::int AS count FROM events');
    expect(rows).toEqual([{ count: 0 }]);
  });

  test('a row of a thread that goes takes its events along, and no others', async () => {
    const node = await startTestNode({ agents: [echoAgent] });
    const [gone, kept] = [await node.say('one'), await node.say('two')];
    for (const { thread_id, run_id } of [gone, kept]) await (await node.watch(thread_id)).untilEnd(run_id);
    await node.pool.query('DELETE FROM threads WHERE thread_id = $1', [gone.thread_id]);
    const { rows } = await node.pool.query('SELECT DISTINCT thread_id FROM events');
    expect(rows).toEqual([{ thread_id: kept.thread_id }]);
  });
});
