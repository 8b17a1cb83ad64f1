import type { Pool } from 'pg';

/** One thread's part of a batch: events of the run that holds the fence, already as JSON text. */
export interface BatchPart {
  ownerId: string;
  threadId: string;
  fence: string;
  /** ISO 8601. */
  at: string;
  events: { eventId: string; runId: string; type: string; agent: string; data: string }[];
}

/** Where the events of a thread came to stand: the first one has `base + 1`. */
export interface BatchPlace {
  base: number;
  epoch: string;
}

/**
 * The locks come first, in one order, and never wait: a thread that another transaction holds is left out, so that no
 * batch waits for a post on another process, and no two batches for each other. `FOR NO KEY UPDATE` is what an UPDATE
 * takes anyway, and gets along with the foreign keys that point here.
 */
const statement = `
  WITH part AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::timestamptz[])
      AS part (thread_id, owner_id, fence, count, at)
  ), held AS MATERIALIZED (
    SELECT threads.thread_id, part.count, part.at
    FROM part JOIN threads ON threads.thread_id = part.thread_id
      AND threads.owner_id = part.owner_id AND threads.fence = part.fence
    ORDER BY threads.thread_id
    FOR NO KEY UPDATE OF threads SKIP LOCKED
  ), place AS (
    UPDATE threads SET last_seq = threads.last_seq + held.count
    FROM held WHERE threads.thread_id = held.thread_id
    RETURNING threads.thread_id, threads.last_seq - held.count AS base, threads.epoch, held.at
  ), stored AS (
    INSERT INTO events (thread_id, seq, event_id, run_id, type, at, agent, data)
    SELECT place.thread_id, place.base + event.ordinal, event.event_id, event.run_id, event.type, place.at,
      event.agent, event.data::json
    FROM unnest($6::text[], $7::int[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
      AS event (thread_id, ordinal, event_id, run_id, type, agent, data)
    JOIN place ON place.thread_id = event.thread_id
  )
  SELECT thread_id, base, epoch FROM place`;

/**
 * Appends to many threads in one statement, so that they share one commit. Each thread's owner and fence are checked
 * on its locked row. A thread that is missing from the result got nothing: its fence is another's, it is gone, or
 * somebody holds its lock; who wants to know which appends to it alone.
 */
export async function appendBatch(
  pool: Pool,
  parts: readonly BatchPart[],
): Promise<ReadonlyMap<string, BatchPlace>> {
  const events = parts.flatMap(({ threadId, events: own }) =>
    own.map((event, index) => ({ ...event, threadId, ordinal: index + 1 })),
  );
  const { rows } = await pool.query<{ thread_id: string } & BatchPlace>({
    name: 'append_batch',
    text: statement,
    values: [
      parts.map(({ threadId }) => threadId),
      parts.map(({ ownerId }) => ownerId),
      parts.map(({ fence }) => fence),
      parts.map((part) => part.events.length),
      parts.map(({ at }) => at),
      events.map(({ threadId }) => threadId),
      events.map(({ ordinal }) => ordinal),
      events.map(({ eventId }) => eventId),
      events.map(({ runId }) => runId),
      events.map(({ type }) => type),
      events.map(({ agent }) => agent),
      events.map(({ data }) => data),
    ],
  });
  return new Map(rows.map(({ thread_id, base, epoch }) => [thread_id, { base, epoch }]));
}
