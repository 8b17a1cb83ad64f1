import { newId } from '@netra/protocol';
import { beforeEach, expect, test } from 'vitest';
import { appendEvents } from './event-log/append.ts';
import { appendBatch } from './event-log/append-batch.ts';
import { type Database, openDatabase } from './event-log/database.ts';
import { deleteOwned, readOwnerChanges } from './event-log/deleted-threads.ts';
import { readEvents } from './event-log/event-rows.ts';
import { readSnapshot } from './event-log/snapshot.ts';
import { readMessages } from './event-log/wire-rows.ts';
import { endRuns } from './runs/end-runs.ts';
import { readHistory } from './runs/history.ts';
import { type Node, scriptedAgent, startTestNode } from './runs/testing/data-side.ts';
import { readToolResult } from './runs/tool-results.ts';
import { findKey, replay } from './threads/idempotency.ts';

/**
 * Each statement that reaches a row by its owner, asked for the rows of somebody else, without the checks around it.
 * `npm run mutation:isolation` removes these conditions one at a time and sees a test fail.
 */

const agent = scriptedAgent(async function* () {
  yield { type: 'tool_executing', toolCallId: 'call_1', toolName: 'read', arguments: {} };
  const result = 'x'.repeat(70_000);
  yield { type: 'tool_completed', toolCallId: 'call_1', toolName: 'read', ok: true, result, durationMs: 1 };
  yield { type: 'message', delta: 'private' };
  await new Promise(() => undefined);
});

let node: Node;
let database: Database;
let threadId: string;
let runId: string;
const clientId = newId('ref');

beforeEach(async () => {
  node = await startTestNode({ agents: [agent] });
  database = openDatabase(node.pool);
  ({ thread_id: threadId, run_id: runId } = await node.say('mine', { clientId }));
  const watcher = await node.watch(threadId);
  await watcher.until((events) => events.some(({ type }) => type === 'agent_message'));
});

const lastSeq = async (): Promise<number> => {
  const { rows } = await node.pool.query('SELECT last_seq FROM threads WHERE thread_id = $1', [threadId]);
  return rows[0].last_seq;
};
const entry = () => ({
  runId,
  agent: 'script',
  body: { type: 'agent_message', data: { message_id: 'msg_1', delta: 'forged' } } as const,
});

test('events are read by the owner only', async () => {
  const range = { threadId, afterSeq: 0, limit: 100 };
  expect(await readEvents(database, 'bob', range)).toEqual([]);
  expect((await readEvents(database, 'ada', range)).length).toBeGreaterThan(0);
});

test('events are resumed by the owner only, with the right epoch too', async () => {
  const thread = await node.threads.get('ada', threadId);
  const epoch = thread.ok ? thread.value.epoch : '';
  const place = { threadId, epoch, afterSeq: 1, deliver: () => undefined };
  expect(await node.feed.subscribe({ ownerId: 'bob', ...place })).toMatchObject({ ok: false });
  expect(await node.feed.subscribe({ ownerId: 'ada', ...place })).toMatchObject({ ok: true });
});

test('messages, snapshots and lists show the owner only', async () => {
  expect(await readMessages(database, { ownerId: 'bob', threadId, limit: 10, maxBytes: 1_000 })).toEqual({
    items: [],
    places: [],
  });
  expect(await readSnapshot(database, 'bob', threadId)).toBeUndefined();
  expect(await node.threads.get('bob', threadId)).toMatchObject({ ok: false });
  expect(await node.threads.list('bob')).toEqual({ ok: true, value: { items: [] } });
});

test('a run of somebody else in a thread is in no snapshot and in no history', async () => {
  const owned = await node.runs.get('ada', runId);
  expect(owned).toMatchObject({ ok: true });
  const run = await database.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
  await node.pool.query(`UPDATE runs SET owner_id = 'bob'`);
  expect(await readSnapshot(database, 'ada', threadId)).toMatchObject({ runs: [] });
  expect(await readHistory(database, run)).toMatchObject({ messages: [] });
});

test('nothing is appended, renamed or deleted for anybody but the owner', async () => {
  const before = await lastSeq();
  const atMs = Date.now();
  const forged = { ownerId: 'bob', threadId, atMs, entries: [entry()] };
  expect(await appendEvents(database, forged)).toBeUndefined();
  const { rows } = await node.pool.query('SELECT fence FROM threads');
  const event = { eventId: newId('evt'), runId, type: 'agent_message', agent: 'script', data: '{}' };
  const part = { threadId, fence: rows[0].fence, at: new Date().toISOString(), events: [event] };
  expect(await appendBatch(node.pool, [{ ...part, ownerId: 'bob' }])).toEqual([undefined]);
  expect(await node.threads.update('bob', threadId, { title: 'taken' })).toMatchObject({ ok: false });
  const gone = await database
    .transaction()
    .execute((transaction) => deleteOwned(transaction, { ownerId: 'bob', threadId, atMs }));
  expect(gone).toBeUndefined();
  expect(await lastSeq()).toBe(before);
  expect(await node.threads.get('ada', threadId)).toMatchObject({ value: { title: 'mine' } });
});

test('a batch of a run that lost its fence stores nothing of that run, and all of the others', async () => {
  const other = await node.say('other');
  // A batch leaves out a thread to which its own run is appending.
  const watcher = await node.watch(other.thread_id);
  await watcher.until((events) => events.some(({ type }) => type === 'agent_message'));
  const { rows } = await node.pool.query('SELECT thread_id, fence FROM threads');
  const event = { runId, type: 'agent_message', agent: 'script', data: '{}' };
  const parts = rows.map(({ thread_id, fence }) => ({
    ownerId: 'ada',
    threadId: thread_id,
    fence: thread_id === threadId ? 'run_late#1' : fence,
    at: new Date().toISOString(),
    events: [{ ...event, eventId: newId('evt') }],
  }));
  const places = await appendBatch(node.pool, parts);
  const stored = parts.filter((_part, index) => places[index] !== undefined);
  expect(stored.map(({ threadId: id }) => id)).toEqual([other.thread_id]);
});

test('runs are read and cancelled by the owner only, their results too', async () => {
  expect(await node.runs.get('bob', runId)).toMatchObject({ ok: false });
  expect(await node.runs.cancel({ ownerId: 'bob', runId, by: 'user' })).toMatchObject({ ok: false });
  await database
    .transaction()
    .execute((transaction) => endRuns(transaction, { ownerId: 'bob', threadId }, claimant));
  const { rows } = await node.pool.query('SELECT status, cancel_by FROM runs');
  expect(rows).toEqual([{ status: 'running', cancel_by: null }]);
  const of = { runId, toolCallId: 'call_1' };
  expect(await readToolResult(database, { ownerId: 'bob', ...of })).toMatchObject({ ok: false });
  expect(await readToolResult(database, { ownerId: 'ada', ...of })).toMatchObject({ ok: true });
});

test('a message id stands for a message of its own user only', async () => {
  const ack = { thread_id: threadId, message_id: 'm', run_id: runId, epoch: 'e', seq: 1 };
  const key = { ownerId: 'bob', clientId, bodyHash: 'x', nowMs: Date.now() };
  expect(await findKey(database, key)).toEqual({ kind: 'new' });
  await expect(replay(database, key, ack)).rejects.toThrow();
  const posted = node.say('into it', { threadId, ownerId: 'bob', overlap: 'steer' });
  await expect(posted).rejects.toThrow('thread_unknown');
});

test('nobody is told of changes to threads of others, deleted or not', async () => {
  const since = { sinceMs: 0 };
  expect(await readOwnerChanges(database, { ownerIds: ['bob'], ...since })).toEqual([]);
  await node.threads.delete('ada', threadId);
  expect(await readOwnerChanges(database, { ownerIds: ['bob'], ...since })).toEqual([]);
  expect(await readOwnerChanges(database, { ownerIds: ['ada'], ...since })).toMatchObject([
    { type: 'thread_deleted', thread: { thread_id: threadId } },
  ]);
});

const claimant = {
  nodeId: 'nod_1',
  leaseMs: 5_000,
  nowMs: Date.now(),
  modelOf: (name: string) => name,
  canRestart: () => false,
  hasRoomFor: () => true,
};
