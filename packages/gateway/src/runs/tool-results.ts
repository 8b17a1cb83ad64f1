import { refusal } from '@netra/protocol';
import { sql } from 'kysely';
import type { Database, DatabaseTransaction } from '../event-log/database.ts';
import type { Outcome } from '../threads/outcome.ts';
import type { TranscriptEntry } from './transcript.ts';

export interface ToolResult {
  /** The JSON text of the result, as stored. */
  body: string;
  bytes: number;
  mediaType: string;
}

/** Stores what is too large to travel in the events of `entries`. */
export async function storeLargeResults(
  transaction: DatabaseTransaction,
  run: { run_id: string; thread_id: string; owner_id: string },
  entries: TranscriptEntry[],
): Promise<void> {
  for (const { largeResult } of entries) {
    if (largeResult === undefined) continue;
    await transaction
      .insertInto('tool_results')
      .values({
        run_id: run.run_id,
        tool_call_id: largeResult.toolCallId,
        thread_id: run.thread_id,
        owner_id: run.owner_id,
        media_type: 'application/json',
        bytes: largeResult.bytes,
        body: largeResult.body,
      })
      .execute();
  }
}

export async function readToolResult(
  database: Database,
  of: { ownerId: string; runId: string; toolCallId: string },
): Promise<Outcome<ToolResult>> {
  const row = await database
    .selectFrom('tool_results')
    .select([sql<string>`body::text`.as('body'), 'bytes', 'media_type'])
    .where('run_id', '=', of.runId)
    .where('tool_call_id', '=', of.toolCallId)
    .where('owner_id', '=', of.ownerId)
    .executeTakeFirst();
  if (row === undefined) return { ok: false, refusal: refusal('run_unknown') };
  return { ok: true, value: { body: row.body, bytes: row.bytes, mediaType: row.media_type } };
}
