import type { EventBody, ThreadEvent } from '@netra/protocol';
import type { Selectable } from 'kysely';
import type { Database, Tables } from './database.ts';

type EventRow = Selectable<Tables['events']>;

/** Which part of a thread's log to read, oldest first. */
export interface EventRange {
  threadId: string;
  afterSeq: number;
  limit: number;
  /** Only events of this run. */
  runId?: string;
}

/**
 * Reads a stretch of the log of a thread. The caller has checked who owns it: `ownerId` guards it once more in SQL.
 * Whoever owned a thread that was deleted just now may still read to its end.
 */
export async function readEvents(
  database: Database,
  ownerId: string,
  range: EventRange,
): Promise<ThreadEvent[]> {
  let query = database
    .selectFrom('events')
    .innerJoin('threads', 'threads.thread_id', 'events.thread_id')
    .selectAll('events')
    .select('threads.epoch')
    .where('events.thread_id', '=', range.threadId)
    .where(({ fn }) => fn.coalesce('threads.owner_id', 'threads.deleted_owner_id'), '=', ownerId)
    .where('events.seq', '>', range.afterSeq);
  if (range.runId !== undefined) query = query.where('events.run_id', '=', range.runId);
  const rows = await query.orderBy('events.seq').limit(range.limit).execute();
  return rows.map((row) => toThreadEvent(row, row.epoch));
}

/** The wire form of a stored event. */
export function toThreadEvent(row: EventRow, epoch: string): ThreadEvent {
  const { event_id, thread_id, run_id, seq, at, agent } = row;
  // The log wrote `data` from an EventBody of this type.
  const body = { type: row.type, data: row.data } as EventBody;
  return placeEvent(body, { event_id, thread_id, run_id, seq, epoch, at: at.toISOString(), agent });
}

export type EventPlace = Pick<
  ThreadEvent,
  'event_id' | 'thread_id' | 'run_id' | 'seq' | 'epoch' | 'at' | 'agent'
>;

/** An event body at its place in the log; `type` comes first on the wire. */
export function placeEvent(body: EventBody, place: EventPlace): ThreadEvent {
  const { event_id, thread_id, run_id, seq, epoch, at, agent } = place;
  // TypeScript cannot follow that `type` and `data` stay paired. Field by field, as a spread costs twice as much.
  const { type, data } = body;
  return { type, event_id, thread_id, run_id, seq, epoch, at, agent, data } as ThreadEvent;
}
