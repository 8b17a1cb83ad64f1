import type { Pool } from 'pg';

/** One thread's part of a batch: events of the run that holds the fence, already as JSON text. */
export interface BatchPart {
  ownerId: string;
  threadId: string;
  fence: string;
  /** ISO 8601. */
  at: string;
  events: readonly BatchEvent[];
}

interface BatchEvent {
  eventId: string;
  runId: string;
  type: string;
  agent: string;
  data: string;
}

/** Where the events of a thread came to stand: the first one has `base + 1`. */
export interface BatchPlace {
  base: number;
  epoch: string;
}

/**
 * The locks come first, in one order, and never wait: a thread that another transaction holds is left out, so that no
 * batch waits for a post on another process, and no two batches for each other. `FOR NO KEY UPDATE` is what an UPDATE
 * takes anyway, and gets along with the foreign keys that point here. A locked row stays where it is, so the UPDATE finds
 * it there without an index; a row that was changed after the statement began is not found, and counts as held.
 * Columns travel as lines of one text, and so does the result: arrays and rows cost the gateway twice as much.
 */
const statement = `
  WITH part AS (
    SELECT * FROM unnest(string_to_array($1, E'\\n'), string_to_array($2, E'\\n'), string_to_array($3, E'\\n'), $4::int[],
      string_to_array($5, E'\\n')) WITH ORDINALITY AS part (thread_id, owner_id, fence, count, at, number)
  ), held AS MATERIALIZED (
    SELECT threads.ctid AS row_id, part.count, part.at, part.number
    FROM part JOIN threads ON threads.thread_id = part.thread_id
      AND threads.owner_id = part.owner_id AND threads.fence = part.fence
    ORDER BY threads.thread_id
    FOR NO KEY UPDATE OF threads SKIP LOCKED
  ), place AS (
    UPDATE threads SET last_seq = threads.last_seq + held.count
    FROM held WHERE threads.ctid = held.row_id
    RETURNING threads.thread_id, threads.last_seq - held.count AS base, threads.epoch,
      held.at::timestamptz AS at, held.number
  ), stored AS (
    INSERT INTO events (thread_id, seq, event_id, run_id, type, at, agent, data)
    SELECT place.thread_id, place.base + event.ordinal, event.event_id, event.run_id, event.type, place.at,
      event.agent, event.data::json
    FROM unnest($6::int[], $7::int[], string_to_array($8, E'\\n'), string_to_array($9, E'\\n'),
        string_to_array($10, E'\\n'), string_to_array($11, E'\\n'), string_to_array($12, E'\\n'))
      AS event (number, ordinal, event_id, run_id, type, agent, data)
    JOIN place ON place.number = event.number
  )
  SELECT string_agg(number || ' ' || base || ' ' || epoch, E'\\n') AS places FROM place`;

/**
 * Appends to many threads in one statement, so that they share one commit. Each thread's owner and fence are checked
 * on its locked row. The places are in the order of the parts. A thread without one got nothing: its fence is another's,
 * it is gone, somebody holds its lock, or a name does not fit into a line; who wants to know which appends to it alone.
 */
export async function appendBatch(
  pool: Pool,
  parts: readonly BatchPart[],
): Promise<readonly (BatchPlace | undefined)[]> {
  const values = valuesOf(parts.map((part) => (isInLines(part) ? part : { ...part, ...NOBODY })));
  const { rows } = await pool.query<{ places: string | null }>({
    name: 'append_batch',
    text: statement,
    values,
  });
  const places: (BatchPlace | undefined)[] = parts.map(() => undefined);
  for (const line of rows[0]?.places?.split('\n') ?? []) {
    const [number, base, epoch = ''] = line.split(' ');
    places[Number(number) - 1] = { base: Number(base), epoch };
  }
  return places;
}

/** Is no thread, and says nothing. */
const NOBODY = { threadId: '', ownerId: '', events: [] } as const satisfies Partial<BatchPart>;

const LINE = /^[^\n]+$/;

function isInLines({ ownerId, events }: BatchPart): boolean {
  return LINE.test(ownerId) && events.every(({ agent }) => LINE.test(agent));
}

/** What the statement takes. Ids, times and types never have a line break, and JSON text escapes those in its strings. */
function valuesOf(parts: readonly BatchPart[]): unknown[] {
  const numbers: number[] = [];
  const ordinals: number[] = [];
  const events: BatchEvent[] = [];
  for (const [index, part] of parts.entries())
    for (const [place, event] of part.events.entries()) {
      numbers.push(index + 1);
      ordinals.push(place + 1);
      events.push(event);
    }
  return [
    parts.map(({ threadId }) => threadId).join('\n'),
    parts.map(({ ownerId }) => ownerId).join('\n'),
    parts.map(({ fence }) => fence).join('\n'),
    `{${parts.map((part) => part.events.length).join()}}`,
    parts.map(({ at }) => at).join('\n'),
    `{${numbers.join()}}`,
    `{${ordinals.join()}}`,
    events.map(({ eventId }) => eventId).join('\n'),
    events.map(({ runId }) => runId).join('\n'),
    events.map(({ type }) => type).join('\n'),
    events.map(({ agent }) => agent).join('\n'),
    events.map(({ data }) => data).join('\n'),
  ];
}
