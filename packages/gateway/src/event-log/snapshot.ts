import {
  applyEventToParts,
  isTerminalEventType,
  LIMITS,
  type MessagePart,
  type OpenRun,
  type Snapshot,
  type ThreadEvent,
  textOfParts,
} from '@netra/protocol';
import { type Database, type DatabaseTransaction, OPEN_STATUSES } from './database.ts';
import { toThreadEvent } from './event-rows.ts';
import { readMessages, toThread } from './wire-rows.ts';

/** The thread as it is at one moment, or undefined when the owner has no such thread. */
export function readSnapshot(
  database: Database,
  ownerId: string,
  threadId: string,
): Promise<Snapshot | undefined> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const thread = await transaction
        .selectFrom('threads')
        .selectAll()
        .where('thread_id', '=', threadId)
        .where('owner_id', '=', ownerId)
        .executeTakeFirst();
      if (thread === undefined) return undefined;
      const page = await readMessages(transaction, { ownerId, threadId, limit: LIMITS.snapshotMessages });
      const runs = await readOpenRuns(transaction, { ownerId, threadId, epoch: thread.epoch });
      return {
        thread: toThread(thread),
        messages: page.items,
        ...(page.next_cursor === undefined ? {} : { older_cursor: page.next_cursor }),
        last_seq: thread.last_seq,
        runs,
      };
    });
}

interface OpenRunsOf {
  ownerId: string;
  threadId: string;
  epoch: string;
}

async function readOpenRuns(transaction: DatabaseTransaction, of: OpenRunsOf): Promise<OpenRun[]> {
  const runs = await transaction
    .selectFrom('runs')
    .selectAll()
    .where('thread_id', '=', of.threadId)
    .where('owner_id', '=', of.ownerId)
    .where('status', 'in', OPEN_STATUSES)
    .orderBy('start_seq')
    .execute();
  const open: OpenRun[] = [];
  for (const run of runs) {
    // A queued run has said nothing yet.
    const events = run.status === 'queued' ? [] : await readRunEvents(transaction, run, of.epoch);
    const parts = partsOf(events);
    const tools = parts.flatMap((part) => (part.type === 'tool' && part.ok === undefined ? [part] : []));
    open.push({
      run_id: run.run_id,
      status: run.status,
      agent: run.agent,
      message_id: run.message_id,
      text: textOfParts(parts),
      open_tools: tools.map(({ type: _type, ...tool }) => tool),
      open_approvals: [],
      parts: [...parts],
    });
  }
  return open;
}

/** Where to find what a run has said so far. */
export interface RunPlace {
  run_id: string;
  thread_id: string;
  start_seq: number;
}

/** All events of a run. Bounded by the run itself: its time, its steps and the merging of its deltas. */
export async function readRunEvents(
  database: Database | DatabaseTransaction,
  run: RunPlace,
  epoch = '',
): Promise<ThreadEvent[]> {
  const rows = await database
    .selectFrom('events')
    .selectAll()
    .where('thread_id', '=', run.thread_id)
    .where('seq', '>', run.start_seq)
    .where('run_id', '=', run.run_id)
    .orderBy('seq')
    .execute();
  return rows.map((row) => toThreadEvent(row, epoch)).filter((event) => !isTerminalEventType(event.type));
}

/** What the events of a run add up to. */
export function partsOf(events: readonly ThreadEvent[]): readonly MessagePart[] {
  return events.reduce<readonly MessagePart[]>(applyEventToParts, []);
}
