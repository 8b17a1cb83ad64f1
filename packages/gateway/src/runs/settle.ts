import {
  type EventBody,
  type MessagePart,
  newId,
  type ReasonCode,
  type RunStatus,
  type Thread,
  type ThreadEvent,
  type Usage,
} from '@netra/protocol';
import type { Selectable } from 'kysely';
import { appendEvents } from '../event-log/append.ts';
import {
  type CancelledBy,
  type DatabaseTransaction,
  OPEN_STATUSES,
  type Tables,
} from '../event-log/database.ts';
import { toThread } from '../event-log/wire-rows.ts';
import { storeLargeResults } from './tool-results.ts';
import type { TranscriptEntry } from './transcript.ts';

export type RunRow = Selectable<Tables['runs']>;

/** How a run ends. */
export interface Ending {
  status: Extract<RunStatus, 'completed' | 'failed' | 'cancelled'>;
  code?: ReasonCode;
  /** The terminal event. */
  event: EventBody;
}

export interface SettleRequest {
  run: RunRow;
  /** The fence that the run must hold. */
  fence: string;
  atMs: number;
  /** Events that were not stored yet; the terminal event follows them. */
  entries: TranscriptEntry[];
  ending: Ending;
  text: string;
  parts: readonly MessagePart[];
  usage: Usage | undefined;
  /** Ids of the steering messages that the agent took. */
  takenSteering: string[];
}

export interface Settled {
  events: ThreadEvent[];
  thread: Thread;
}

/** Thrown to roll back: the run was to be cancelled before it ended in another way. */
export class CancelCameFirst extends Error {
  readonly by: CancelledBy;
  constructor(by: CancelledBy) {
    super('the run is to be cancelled');
    this.by = by;
  }
}

/**
 * Ends a run: its last events, its state and its answer, in one transaction. Only the holder of the fence gets through,
 * and nobody holds it afterwards, so a run ends once. Steering messages that the agent did not take become a run of
 * their own. Resolves to undefined, with nothing changed, when the fence is another's or the thread is gone.
 *
 * @throws {CancelCameFirst} when the run is not to end in `agent_cancelled` and a wish for that was acknowledged.
 */
export async function settleRun(
  transaction: DatabaseTransaction,
  request: SettleRequest,
): Promise<Settled | undefined> {
  const { run, fence, atMs, entries, ending } = request;
  const bodies = [...entries.map(({ body }) => body), ending.event];
  const events = await appendEvents(transaction, {
    ownerId: run.owner_id,
    threadId: run.thread_id,
    atMs,
    entries: bodies.map((body) => ({ runId: run.run_id, agent: run.agent, body })),
    fence: { expected: fence, next: null },
    touch: true,
  });
  const seq = events?.at(-1)?.seq;
  if (events === undefined || seq === undefined) return undefined;
  // The lock that a wish to cancel takes, too: either it came before this, or it finds the run ended.
  const ended = await transaction
    .updateTable('runs')
    .set({
      status: ending.status,
      code: ending.code ?? null,
      lease_owner: null,
      lease_until: null,
      usage: request.usage === undefined ? null : JSON.stringify(request.usage),
      ended_at: new Date(atMs),
    })
    .where('run_id', '=', run.run_id)
    .where('status', 'in', OPEN_STATUSES)
    .returning('cancel_by')
    .executeTakeFirst();
  const cancelledBy = ended?.cancel_by ?? null;
  if (cancelledBy !== null && ending.status !== 'cancelled') throw new CancelCameFirst(cancelledBy);
  await storeLargeResults(transaction, run, entries);
  await storeAnswer(transaction, request, seq);
  await queueLeftSteering(transaction, request);
  const thread = await transaction
    .selectFrom('threads')
    .selectAll()
    .where('thread_id', '=', run.thread_id)
    .executeTakeFirstOrThrow();
  return { events, thread: toThread(thread) };
}

async function storeAnswer(
  transaction: DatabaseTransaction,
  { run, ending, text, parts, atMs }: SettleRequest,
  seq: number,
): Promise<void> {
  // What failed before it said anything is kept all the same: a reader who comes later sees why.
  if (ending.status === 'cancelled' && parts.length === 0) return;
  await transaction
    .insertInto('messages')
    .values({
      message_id: run.message_id,
      thread_id: run.thread_id,
      run_id: run.run_id,
      seq,
      role: 'agent',
      text,
      status: ending.status === 'completed' ? 'complete' : 'partial',
      parts: JSON.stringify(parts),
      created_at: new Date(atMs),
    })
    .execute();
}

/** Runs after the append, whose lock on the thread keeps new steering messages out. */
async function queueLeftSteering(
  transaction: DatabaseTransaction,
  { run, takenSteering, atMs }: SettleRequest,
): Promise<void> {
  const sent = await transaction
    .selectFrom('messages')
    .select(['message_id', 'seq'])
    .where('run_id', '=', run.run_id)
    .where('steering', '=', true)
    .orderBy('seq')
    .execute();
  if (sent.length === 0) return;
  const taken = new Set(takenSteering);
  const left = sent.filter(({ message_id }) => !taken.has(message_id));
  const first = left[0];
  const nextRunId = newId('run');
  if (first !== undefined) {
    await transaction
      .insertInto('runs')
      .values({
        run_id: nextRunId,
        thread_id: run.thread_id,
        owner_id: run.owner_id,
        agent: run.agent,
        status: 'queued',
        requester: JSON.stringify(run.requester),
        start_seq: first.seq,
        message_id: newId('msg'),
        created_at: new Date(atMs),
      })
      .execute();
    const leftIds = left.map(({ message_id }) => message_id);
    await transaction
      .updateTable('messages')
      .set({ run_id: nextRunId })
      .where('message_id', 'in', leftIds)
      .execute();
  }
  const sentIds = sent.map(({ message_id }) => message_id);
  await transaction
    .updateTable('messages')
    .set({ steering: false })
    .where('message_id', 'in', sentIds)
    .execute();
}
