import { type EventBody, newId, type ThreadEvent } from '@netra/protocol';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { placeEvent } from './event-rows.ts';
import type { RunAppend } from './group-append.ts';

/** An event and the run it belongs to. */
export interface LogEntry {
  runId: string;
  agent: string;
  body: EventBody;
}

export interface AppendRequest {
  ownerId: string;
  threadId: string;
  atMs: number;
  entries: LogEntry[];
  /**
   * The run that must hold the thread for the append to count (`null`: no run), and which one holds it after.
   * Checked on the locked row, so a process that lost its run cannot add to it, however late it wakes.
   */
  fence?: { expected: string | null; next: string | null };
  /** Marks the thread as touched, which moves it to the top of its owner's list. Not for deltas. */
  touch?: boolean;
}

/** What the fence of a run says while it is at its `attempt`-th execution. */
export function fenceOf(runId: string, attempt: number): string {
  return `${runId}#${attempt}`;
}

/**
 * Gives events their `seq` and stores them, in one statement: all or none. The lock on the thread's row makes
 * numbers gap-free and the order of commits the order of numbers, over all processes.
 * Resolves to undefined, with nothing stored, when the owner has no such thread or the fence is another's.
 */
export async function appendEvents(
  database: Database,
  request: AppendRequest,
): Promise<ThreadEvent[] | undefined> {
  const { ownerId, threadId, entries, fence, touch = false } = request;
  const at = new Date(request.atMs);
  const eventIds = entries.map(() => newId('evt'));
  const runIds = entries.map(({ runId }) => runId);
  const types = entries.map(({ body }) => body.type);
  const agents = entries.map(({ agent }) => agent);
  const data = entries.map(({ body }) => JSON.stringify(body.data));
  const { rows } = await sql<{ base: number; epoch: string }>`
    WITH place AS (
      UPDATE threads SET
        last_seq = last_seq + ${entries.length}::int
        ${touch ? sql`, updated_at = greatest(updated_at, ${at}::timestamptz)` : sql``}
        ${fence === undefined ? sql`` : sql`, fence = ${fence.next}::text`}
      WHERE thread_id = ${threadId} AND owner_id = ${ownerId}
        ${fence === undefined ? sql`` : sql`AND fence IS NOT DISTINCT FROM ${fence.expected}::text`}
      RETURNING last_seq - ${entries.length}::int AS base, epoch
    ), stored AS (
      INSERT INTO events (thread_id, seq, event_id, run_id, type, at, agent, data)
      SELECT ${threadId}, place.base + e.ordinal, e.event_id, e.run_id, e.type, ${at}, e.agent, e.data::json
      FROM place, unnest(
        ${eventIds}::text[], ${runIds}::text[], ${types}::text[], ${agents}::text[], ${data}::text[]
      ) WITH ORDINALITY AS e (event_id, run_id, type, agent, data, ordinal)
    )
    SELECT base, epoch FROM place`.execute(database);
  const place = rows[0];
  if (place === undefined) return undefined;
  return entries.map(({ runId, agent, body }, index) =>
    placeEvent(body, {
      event_id: eventIds[index] ?? '',
      thread_id: threadId,
      run_id: runId,
      seq: place.base + index + 1,
      epoch: place.epoch,
      at: at.toISOString(),
      agent,
    }),
  );
}

/** Appends what a run says, as long as it holds its thread. */
export function appendToRun(
  database: Database,
  { fence, ...request }: RunAppend,
): Promise<ThreadEvent[] | undefined> {
  return appendEvents(database, { ...request, fence: { expected: fence, next: fence } });
}
