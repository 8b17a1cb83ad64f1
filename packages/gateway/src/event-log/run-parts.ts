import { applyEventToParts, type EventBody, LIMITS, type MessagePart } from '@netra/protocol';
import { sql } from 'kysely';
import { boundParts } from './bound-parts.ts';
import type { Database, DatabaseTransaction } from './database.ts';
import { toThreadEvent } from './event-rows.ts';

/** Of thoughts and calls so much is read, counted from the newest: more than `boundParts` keeps. */
const maxReadBytes = 3 * LIMITS.maxPartsBytes;
/** Older events of calls that are read for their names and outcomes. */
const maxOlderCallEvents = 100;
/** Read at a time. */
const maxChunkBytes = 1024 * 1024;
const maxChunkEvents = 2_000;

/** Where to find what a run has said so far. */
export interface RunPlace {
  run_id: string;
  thread_id: string;
  start_seq: number;
}

/**
 * What the events of a run add up to, within the bounds of `boundParts`. A run may think aloud for ten minutes: what would
 * be left out is not read, and the rest is read in portions.
 */
export async function readRunParts(
  database: Database | DatabaseTransaction,
  run: RunPlace,
): Promise<readonly MessagePart[]> {
  let parts: readonly MessagePart[] = [];
  for (const seqs of inChunks(await chooseEvents(database, run))) {
    const rows = await database
      .selectFrom('events')
      .selectAll()
      .where('thread_id', '=', run.thread_id)
      .where('seq', 'in', seqs)
      .orderBy('seq')
      .execute();
    const events: EventBody[] = rows.map((row) => toThreadEvent(row, ''));
    parts = boundParts(events.reduce(applyEventToParts, parts), maxReadBytes);
  }
  return boundParts(parts);
}

interface Chosen {
  seq: number;
  bytes: number;
}

/** All text, because the deltas add up to it; of the rest the newest. */
async function chooseEvents(database: Database | DatabaseTransaction, run: RunPlace): Promise<Chosen[]> {
  const { rows } = await sql<Chosen>`
    SELECT seq, bytes FROM (
      SELECT seq, type, octet_length(data::text) AS bytes,
        sum(octet_length(data::text)) FILTER (WHERE type <> 'agent_message') OVER newest AS read_bytes,
        count(*) FILTER (WHERE type IN ('tool_executing', 'tool_completed')) OVER newest AS calls
      FROM events
      WHERE thread_id = ${run.thread_id} AND seq > ${run.start_seq} AND run_id = ${run.run_id}
        AND type IN ('agent_message', 'agent_thinking', 'tool_executing', 'tool_completed')
      WINDOW newest AS (ORDER BY seq DESC)
    ) AS sized
    WHERE type = 'agent_message' OR read_bytes <= ${maxReadBytes}
      OR (type IN ('tool_executing', 'tool_completed') AND calls <= ${maxOlderCallEvents})
    ORDER BY seq`.execute(database);
  return rows;
}

function inChunks(chosen: readonly Chosen[]): number[][] {
  const chunks: number[][] = [];
  let chunk: number[] = [];
  let chunkBytes = 0;
  for (const { seq, bytes } of chosen) {
    if (chunk.length > 0 && (chunkBytes + bytes > maxChunkBytes || chunk.length >= maxChunkEvents)) {
      chunks.push(chunk);
      chunk = [];
      chunkBytes = 0;
    }
    chunk.push(seq);
    chunkBytes += bytes;
  }
  return chunk.length === 0 ? chunks : [...chunks, chunk];
}
