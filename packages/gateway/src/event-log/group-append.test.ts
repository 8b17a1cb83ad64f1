import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@netra/protocol';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { expect, test } from 'vitest';
import {
  createGate,
  type Node,
  openTestCluster,
  scriptedAgent,
  snapshotOf,
  startTestNode,
} from '../runs/testing/data-side.ts';
import { appendToRun } from './append.ts';
import { openDatabase } from './database.ts';
import { createGroupAppend, type RunAppend } from './group-append.ts';

const endless = scriptedAgent(async function* () {
  yield { type: 'thinking', text: 'long' };
  await new Promise(() => undefined);
});

interface Statements {
  /** Under way at a time. */
  most: number;
  /** Of each, the threads that it had. */
  sizes: number[];
  /** Each waits for it before it starts. */
  gate: Promise<void>;
}

function counted(pool: Pool): { pool: Pool; statements: Statements } {
  const statements: Statements = { most: 0, sizes: [], gate: Promise.resolve() };
  let running = 0;
  const counting: Pool = Object.create(pool);
  counting.query = (async (config: QueryConfig) => {
    statements.most = Math.max(statements.most, ++running);
    statements.sizes.push(String(config.values?.[0]).split('\n').length);
    try {
      await statements.gate;
      return await pool.query(config);
    } finally {
      running--;
    }
  }) as Pool['query'];
  return { pool: counting, statements };
}

async function setUp(count: number) {
  const node = await startTestNode({ agents: [endless] });
  const acks = await Promise.all(Array.from({ length: count }, (_item, index) => node.say(`${index}`)));
  for (const { thread_id } of acks)
    await (await node.watch(thread_id)).until((events) =>
      events.some(({ type }) => type === 'agent_thinking'),
    );
  const database = openDatabase(node.pool);
  let alone = 0;
  const { pool, statements } = counted(node.pool);
  const group = createGroupAppend({
    pool,
    appendAlone(request) {
      alone++;
      return appendToRun(database, request);
    },
  });
  const requests = acks.map(({ thread_id: threadId, run_id: runId }): RunAppend => {
    const body = { type: 'agent_message', data: { message_id: newId('msg'), delta: 'x' } } as const;
    const place = { ownerId: 'ada', threadId, fence: `${runId}#1`, atMs: Date.now() };
    return { ...place, entries: [{ runId, agent: 'script', body }] };
  });
  return { node, group, requests, alone: () => alone, statements };
}

const seqs = (results: ({ seq: number }[] | undefined)[]) =>
  results.map((events) => events?.map(({ seq }) => seq));

async function hold(node: Node, threadId: string): Promise<PoolClient> {
  const client = await node.pool.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM threads WHERE thread_id = $1 FOR UPDATE', [threadId]);
  return client;
}

test('many threads are appended to in one statement, urgent or not, each with its own numbers', async () => {
  const { node, group, requests, alone } = await setUp(5);
  const all = await Promise.all(
    requests.map((request, index) => group.append(request, { isUrgent: index === 2 })),
  );
  expect(seqs(all)).toEqual(requests.map(() => [4]));
  expect(alone()).toBe(0);
  const { rows } = await node.pool.query(
    `SELECT count(DISTINCT xmin::text)::int AS transactions FROM events WHERE type = 'agent_message'`,
  );
  expect(rows).toEqual([{ transactions: 1 }]);
});

test('what finds no room in a statement goes with another at the same time', async () => {
  const { group, requests, statements } = await setUp(2);
  const delta = 'x'.repeat(3 * 1024 * 1024);
  for (const { entries } of requests)
    for (const entry of entries) entry.body = { type: 'agent_message', data: { message_id: 'msg_1', delta } };
  const all = await Promise.all(requests.map((request) => group.append(request, { isUrgent: false })));
  expect(seqs(all)).toEqual([[4], [4]]);
  expect(statements.most).toBe(2);
});

async function setUpMany(count: number) {
  const { node, group, requests, statements } = await setUp(1);
  const [request] = requests;
  if (request === undefined) throw new Error('no request');
  // More than may run at a time.
  await node.pool.query(
    `INSERT INTO threads (thread_id, owner_id, title, epoch, fence, created_at, updated_at)
     SELECT 'thr_' || number, 'ada', '', 'epo_1', 'run_1#1', now(), now() FROM generate_series(1, $1) AS number`,
    [count],
  );
  const append = (number: number, isUrgent: boolean) =>
    group.append({ ...request, threadId: `thr_${number}`, fence: 'run_1#1' }, { isUrgent });
  return { append, statements };
}

test('with what is urgent go a few of those that can wait, and the others beside it', async () => {
  const { append, statements } = await setUpMany(36);
  const all = await Promise.all(
    Array.from({ length: 36 }, (_item, index) => append(index + 1, index === 35)),
  );
  expect(seqs(all)).toEqual(all.map(() => [1]));
  expect(statements.sizes).toEqual([33, 3]);
});

test('many that are due get a statement of their own, and the urgent one the next', async () => {
  const { append, statements } = await setUpMany(43);
  const [landing, staying] = [createGate(), createGate()];
  statements.gate = landing.opened;
  const first = append(43, true);
  await expect.poll(() => statements.sizes).toEqual([1]);
  statements.gate = staying.opened;
  const second = append(42, false);
  await expect.poll(() => statements.sizes).toEqual([1, 1]);
  const patient = Array.from({ length: 40 }, (_item, index) => append(index + 1, false));
  await delay(20);
  // In the moment in which there is room again.
  const urgent = first.then(() => append(41, true));
  landing.open();
  await expect.poll(() => statements.sizes).toEqual([1, 1, 40, 1]);
  staying.open();
  const all = await Promise.all([first, second, urgent, ...patient]);
  expect(seqs(all)).toEqual(all.map(() => [1]));
});

test('what is due goes with what is urgent where no statement is left to it', async () => {
  const { append, statements } = await setUpMany(43);
  const gate = createGate();
  statements.gate = gate.opened;
  const first = append(43, true);
  await expect.poll(() => statements.sizes).toEqual([1]);
  const second = append(42, false);
  await expect.poll(() => statements.sizes).toEqual([1, 1]);
  const patient = Array.from({ length: 40 }, (_item, index) => append(index + 1, false));
  await delay(20);
  expect(statements.sizes).toEqual([1, 1]);
  const urgent = append(41, true);
  await expect.poll(() => statements.sizes).toEqual([1, 1, 33]);
  gate.open();
  const all = await Promise.all([first, second, urgent, ...patient]);
  expect(seqs(all)).toEqual(all.map(() => [1]));
});

test('a run that lost its fence gets nothing, and the others all of theirs', async () => {
  const { group, requests } = await setUp(3);
  const [first] = requests;
  if (first !== undefined) first.fence = 'run_late#1';
  const all = await Promise.all(requests.map((request) => group.append(request, { isUrgent: true })));
  expect(seqs(all)).toEqual([undefined, [4], [4]]);
});

test('events that PostgreSQL refuses cost the others nothing', async () => {
  const { group, requests } = await setUp(3);
  const [first] = requests;
  if (first?.entries[0] !== undefined) first.entries[0].agent = 'no\u0000name';
  const all = await Promise.allSettled(requests.map((request) => group.append(request, { isUrgent: true })));
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

test.each(['two\nlines', ''])(
  'a name that is no line of a statement is stored by itself: %j',
  async (agent) => {
    const { group, requests, alone } = await setUp(3);
    const [first] = requests;
    if (first?.entries[0] !== undefined) first.entries[0].agent = agent;
    const all = await Promise.all(requests.map((request) => group.append(request, { isUrgent: true })));
    expect(all.map((events) => events?.map((event) => [event.seq, event.agent]))).toEqual([
      [[4, agent]],
      [[4, 'script']],
      [[4, 'script']],
    ]);
    expect(alone()).toBe(1);
  },
);

test('a thread whose lock another process holds keeps no other waiting', async () => {
  const { node, group, requests } = await setUp(3);
  const client = await hold(node, requests[0]?.threadId ?? '');
  const [held, ...free] = requests.map((request) => group.append(request, { isUrgent: true }));
  try {
    expect(seqs(await Promise.all(free))).toEqual([[4], [4]]);
  } finally {
    await client.query('COMMIT');
    client.release();
  }
  expect((await held)?.map(({ seq }) => seq)).toEqual([4]);
});

test('who joins on another process in the middle of a run gets what was said and then the rest', async () => {
  const gate = createGate();
  const agent = scriptedAgent(async function* () {
    for (let word = 0; word < 40; word++) {
      yield { type: 'message', delta: `${word} ` };
      if (word === 20) await gate.opened;
    }
  });
  const cluster = await openTestCluster();
  const here = await cluster.startNode({ agents: [agent] });
  const there = await cluster.startNode({ agents: [agent] });
  const ack = await here.say('go');
  const near = await here.watch(ack.thread_id);
  await near.until((events) => JSON.stringify(events).includes('20 '));
  let text = '';
  const far = await there.feed.subscribe({
    ownerId: 'ada',
    threadId: ack.thread_id,
    deliver(_frame, event) {
      if (event.type === 'agent_message') text += event.data.delta;
      if (event.type === 'agent_completed') ended(event.data.text);
    },
  });
  if (!far.ok) throw new Error(far.refusal.code);
  text = snapshotOf(far).runs[0]?.text ?? '';
  expect(text).toContain('20 ');
  let ended: (whole: string) => void = () => undefined;
  const whole = new Promise<string>((resolve) => {
    ended = resolve;
  });
  far.start();
  gate.open();
  expect(await whole).toBe(text);
});
