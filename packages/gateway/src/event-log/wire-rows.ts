import type { Message, Page, Run, Thread } from '@netra/protocol';
import { type Selectable, sql } from 'kysely';
import type { Database, DatabaseTransaction, Tables } from './database.ts';

/** The wire form of a row of `threads`. */
export function toThread(row: Selectable<Tables['threads']>): Thread {
  return {
    thread_id: row.thread_id,
    title: row.title,
    ...(row.agent === null ? {} : { agent: row.agent }),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    last_seq: row.last_seq,
    epoch: row.epoch,
  };
}

/** The wire form of a row of `runs`. */
export function toRun(row: Selectable<Tables['runs']>): Run {
  return {
    run_id: row.run_id,
    thread_id: row.thread_id,
    agent: row.agent,
    status: row.status,
    ...(row.code === null ? {} : { code: row.code }),
    created_at: row.created_at.toISOString(),
    ...(row.started_at === null ? {} : { started_at: row.started_at.toISOString() }),
    ...(row.ended_at === null ? {} : { ended_at: row.ended_at.toISOString() }),
    ...(row.usage === null ? {} : { usage: row.usage }),
  };
}

type MessageRow = Selectable<Tables['messages']> & {
  run_code: Run['code'] | null;
  run_agent: string | null;
};

/** The wire form of a row of `messages`; an answer that was cut short says what cut it. */
function toMessage(row: MessageRow): Message {
  return {
    message_id: row.message_id,
    thread_id: row.thread_id,
    run_id: row.run_id,
    role: row.role,
    ...(row.role === 'user' || row.run_agent === null ? {} : { agent: row.run_agent }),
    text: row.text,
    status: row.status,
    ...(row.status === 'complete' || row.run_code === null ? {} : { code: row.run_code }),
    created_at: row.created_at.toISOString(),
    ...(row.parts === null ? {} : { parts: row.parts }),
  };
}

export interface MessageRange {
  ownerId: string;
  threadId: string;
  limit: number;
  /** The messages end where more text than this would be read; one is always among them. */
  maxBytes: number;
  /** Only messages before this one's `seq`. */
  beforeSeq?: number;
}

export interface MessagePage extends Page<Message> {
  /** The `seq` of each. */
  places: number[];
}

/** The latest messages of a range, oldest first; `next_cursor` is the `seq` that older ones are before. */
export async function readMessages(
  database: Database | DatabaseTransaction,
  range: MessageRange,
): Promise<MessagePage> {
  const { oldestSeq, newestSeq, hasOlder } = await measure(database, range);
  if (oldestSeq === undefined || newestSeq === undefined) return { items: [], places: [] };
  // Whose thread it is was asked when it was measured.
  const rows = await database
    .selectFrom('messages')
    .leftJoin('runs', 'runs.run_id', 'messages.run_id')
    .selectAll('messages')
    .select(['runs.code as run_code', 'runs.agent as run_agent'])
    .where('messages.thread_id', '=', range.threadId)
    .where('messages.seq', '>=', oldestSeq)
    .where('messages.seq', '<=', newestSeq)
    .orderBy('messages.seq')
    .execute();
  return {
    items: rows.map(toMessage),
    places: rows.map(({ seq }) => seq),
    ...(hasOlder ? { next_cursor: String(oldestSeq) } : {}),
  };
}

/** Where a page begins and ends, from sizes alone: an answer and what its agent did may be large. */
async function measure(
  database: Database | DatabaseTransaction,
  { ownerId, threadId, limit, maxBytes, beforeSeq }: MessageRange,
): Promise<{ oldestSeq?: number | undefined; newestSeq?: number | undefined; hasOlder: boolean }> {
  let query = database
    .selectFrom('messages')
    .innerJoin('threads', 'threads.thread_id', 'messages.thread_id')
    .select(['messages.seq', sizeOfMessage.as('bytes')])
    .where('messages.thread_id', '=', threadId)
    .where('threads.owner_id', '=', ownerId);
  if (beforeSeq !== undefined) query = query.where('messages.seq', '<', beforeSeq);
  const rows = await query
    .orderBy('messages.seq', 'desc')
    .limit(limit + 1)
    .execute();
  let bytes = 0;
  let count = 0;
  for (const row of rows) {
    bytes += row.bytes;
    if (count === limit || (count > 0 && bytes > maxBytes)) break;
    count++;
  }
  return { oldestSeq: rows[count - 1]?.seq, newestSeq: rows[0]?.seq, hasOlder: rows.length > count };
}

const sizeOfMessage = sql<number>`octet_length(messages.text) + coalesce(octet_length(messages.parts::text), 0)`;
