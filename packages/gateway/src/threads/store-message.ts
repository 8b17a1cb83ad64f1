import type { TurnUser } from '@netra/agent';
import {
  type MessageAck,
  newId,
  type Overlap,
  refusal,
  type Thread,
  type ThreadEvent,
} from '@netra/protocol';
import type { Selectable } from 'kysely';
import { appendEvents, fenceOf, type LogEntry } from '../event-log/append.ts';
import { type DatabaseTransaction, OPEN_STATUSES, type Tables } from '../event-log/database.ts';
import { toThread } from '../event-log/wire-rows.ts';
import { type Claimant, type Claimed, leaseEnd, startedEvent } from '../runs/claim.ts';
import type { RunRow } from '../runs/settle.ts';
import { findKey, type IdempotencyKey, PostRefused, replay, storeKey } from './idempotency.ts';
import { titleFrom } from './title.ts';

type ThreadRow = Selectable<Tables['threads']>;
type OpenRun = Pick<RunRow, 'run_id' | 'status' | 'agent'>;

export interface NewMessage {
  key: IdempotencyKey;
  user: TurnUser;
  text: string;
  /** Absent: a new thread with the id `newThreadId`. */
  threadId: string | undefined;
  newThreadId: string;
  /** As asked for; the thread's own or the default one otherwise. */
  agent: string | undefined;
  defaultAgent: string;
  overlap: Overlap;
}

export interface StoredMessage {
  ack: MessageAck;
  events: ThreadEvent[];
  thread: Thread;
  isNewThread: boolean;
  /** The run, when it could be started in the same transaction. */
  claimed?: Claimed;
  /** Open runs that have to make way. */
  interrupted: OpenRun[];
  /** The message steers `ack.run_id`. */
  isSteering: boolean;
}

/**
 * Stores a message with everything that follows from it. Where nothing else runs in the thread, its run is claimed
 * and `agent_started` written in the same transaction, which saves a commit between the ack and the start.
 *
 * @throws {PostRefused} with nothing stored.
 */
export async function storeMessage(
  transaction: DatabaseTransaction,
  message: NewMessage,
  claimant: Claimant,
): Promise<StoredMessage | { replayed: MessageAck }> {
  const { key, overlap } = message;
  // The lock comes first: whoever sent the same message a moment ago has committed by then.
  const existing = await lockThread(transaction, message);
  const known = await findKey(transaction, key);
  if (known.kind === 'same') return { replayed: await replay(transaction, key, known.ack) };
  if (known.kind === 'conflict') throw new PostRefused(refusal('idempotency_conflict'));
  if (message.threadId !== undefined && existing === undefined)
    throw new PostRefused(refusal('thread_unknown'));
  const thread = existing ?? (await createThread(transaction, message));
  const open = existing === undefined ? [] : await readOpenRuns(transaction, thread.thread_id);
  if (overlap === 'reject' && open.length > 0) throw new PostRefused(refusal('run_in_progress'));
  if (overlap === 'interrupt' && open.length > 0) await markInterrupted(transaction, thread.thread_id);

  const steered = overlap === 'steer' ? open.find(({ status }) => status !== 'queued') : undefined;
  const runId = steered?.run_id ?? newId('run');
  const messageId = newId('msg');
  const agent = steered?.agent ?? message.agent ?? thread.agent ?? message.defaultAgent;
  const canStart = open.length === 0 && thread.fence === null && claimant.hasRoomFor(key.ownerId);
  const entries: LogEntry[] = [
    {
      runId,
      agent,
      body: { type: 'user_message', data: { message_id: messageId, text: message.text, ref: key.clientId } },
    },
  ];
  if (canStart) entries.push({ runId, agent, body: startedEvent(agent, claimant.modelOf(agent)) });
  const fence = fenceOf(runId, 1);
  const events = await appendEvents(transaction, {
    ownerId: key.ownerId,
    threadId: thread.thread_id,
    atMs: key.nowMs,
    entries,
    touch: true,
    ...(canStart ? { fence: { expected: null, next: fence } } : {}),
  });
  const seq = events?.[0]?.seq;
  if (events === undefined || seq === undefined)
    throw new Error('a locked thread changed its owner or its fence');

  const place = { thread, runId, agent, seq };
  const run =
    steered === undefined
      ? await insertRun(transaction, message, { ...place, canStart, claimant })
      : undefined;
  await insertMessage(transaction, message, { ...place, messageId, isSteering: steered !== undefined });
  const ack = { thread_id: thread.thread_id, message_id: messageId, run_id: runId, epoch: thread.epoch, seq };
  if (!(await storeKey(transaction, key, ack))) throw new PostRefused('key_taken');
  return {
    ack,
    events,
    thread: await nameThread(transaction, thread, message),
    isNewThread: existing === undefined,
    ...(canStart && run !== undefined ? { claimed: { run, fence, parts: [] } } : {}),
    interrupted: overlap === 'interrupt' ? open : [],
    isSteering: steered !== undefined,
  };
}

async function lockThread(
  transaction: DatabaseTransaction,
  { threadId, key }: NewMessage,
): Promise<ThreadRow | undefined> {
  if (threadId === undefined) return undefined;
  return transaction
    .selectFrom('threads')
    .selectAll()
    .where('thread_id', '=', threadId)
    .where('owner_id', '=', key.ownerId)
    .forUpdate()
    .executeTakeFirst();
}

function createThread(
  transaction: DatabaseTransaction,
  { key, newThreadId, agent }: NewMessage,
): Promise<ThreadRow> {
  const at = new Date(key.nowMs);
  return transaction
    .insertInto('threads')
    .values({
      thread_id: newThreadId,
      owner_id: key.ownerId,
      title: '',
      agent: agent ?? null,
      epoch: newId('epo'),
      created_at: at,
      updated_at: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A thread without a title gets one from this message. Resolves to the thread as it is after the append. */
async function nameThread(
  transaction: DatabaseTransaction,
  { thread_id, title }: ThreadRow,
  { text }: NewMessage,
): Promise<Thread> {
  const row =
    title === ''
      ? await transaction
          .updateTable('threads')
          .set({ title: titleFrom(text) })
          .where('thread_id', '=', thread_id)
          .returningAll()
          .executeTakeFirstOrThrow()
      : await transaction
          .selectFrom('threads')
          .selectAll()
          .where('thread_id', '=', thread_id)
          .executeTakeFirstOrThrow();
  return toThread(row);
}

function readOpenRuns(transaction: DatabaseTransaction, threadId: string): Promise<OpenRun[]> {
  return transaction
    .selectFrom('runs')
    .select(['run_id', 'status', 'agent'])
    .where('thread_id', '=', threadId)
    .where('status', 'in', OPEN_STATUSES)
    .orderBy('start_seq')
    .execute();
}

async function markInterrupted(transaction: DatabaseTransaction, threadId: string): Promise<void> {
  await transaction
    .updateTable('runs')
    .set({ cancel_by: 'interrupt' })
    .where('thread_id', '=', threadId)
    .where('status', 'in', OPEN_STATUSES)
    .where('cancel_by', 'is', null)
    .execute();
}

interface MessagePlace {
  thread: ThreadRow;
  runId: string;
  seq: number;
}

function insertRun(
  transaction: DatabaseTransaction,
  { user, key }: NewMessage,
  place: MessagePlace & { agent: string; canStart: boolean; claimant: Claimant },
): Promise<RunRow> {
  const at = new Date(key.nowMs);
  const { nodeId, leaseMs } = place.claimant;
  return transaction
    .insertInto('runs')
    .values({
      run_id: place.runId,
      thread_id: place.thread.thread_id,
      owner_id: key.ownerId,
      agent: place.agent,
      status: place.canStart ? 'running' : 'queued',
      requester: JSON.stringify(user),
      start_seq: place.seq,
      message_id: newId('msg'),
      created_at: at,
      ...(place.canStart
        ? { attempt: 1, lease_owner: nodeId, lease_until: leaseEnd(leaseMs), started_at: at }
        : {}),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function insertMessage(
  transaction: DatabaseTransaction,
  { text, key }: NewMessage,
  place: MessagePlace & { messageId: string; isSteering: boolean },
): Promise<void> {
  await transaction
    .insertInto('messages')
    .values({
      message_id: place.messageId,
      thread_id: place.thread.thread_id,
      run_id: place.runId,
      seq: place.seq,
      role: 'user',
      text,
      status: 'complete',
      steering: place.isSteering,
      created_at: new Date(key.nowMs),
    })
    .execute();
}
