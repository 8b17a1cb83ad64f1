import { sql } from 'kysely';
import { type Database, OPEN_STATUSES } from './database.ts';

/** Threads that are looked at in one statement. */
const pageSize = 200;
/** Events that one transaction removes, so that nobody waits long for the thread's lock. */
const maxPerStep = 5_000;

/** How much of the log of a thread is kept. What was said stays in the messages; this is what clients resume from. */
export interface EventRetention {
  maxAgeMs: number;
  /** The newest events of a thread that are kept at most. */
  maxEvents: number;
}

/**
 * Removes old events, thread by thread. Those of runs that have not ended stay, as do all that follow them: a snapshot
 * and a take-over add them up. The epoch stays too; who wants to resume from before `pruned_seq` gets a snapshot.
 * Any number of processes may do it at once. Resolves to how many events went.
 */
export async function pruneEvents(
  database: Database,
  { maxAgeMs, maxEvents, nowMs }: EventRetention & { nowMs: number },
): Promise<number> {
  const before = new Date(nowMs - maxAgeMs);
  let removed = 0;
  let afterThreadId = '';
  for (;;) {
    const { rows } = await sql<{ thread_id: string; is_old: boolean }>`
      SELECT threads.thread_id,
        (oldest.at < ${before} OR threads.last_seq - threads.pruned_seq > ${maxEvents}::int) AS is_old
      FROM threads CROSS JOIN LATERAL (
        SELECT at FROM events WHERE events.thread_id = threads.thread_id AND seq > threads.pruned_seq
        ORDER BY seq LIMIT 1
      ) AS oldest
      WHERE threads.thread_id > ${afterThreadId} AND threads.last_seq > threads.pruned_seq
      ORDER BY threads.thread_id LIMIT ${pageSize}`.execute(database);
    for (const { thread_id } of rows.filter(({ is_old }) => is_old))
      removed += await pruneThread(database, { threadId: thread_id, before, maxEvents });
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return removed;
    afterThreadId = last.thread_id;
  }
}

interface ThreadToPrune {
  threadId: string;
  before: Date;
  maxEvents: number;
}

async function pruneThread(database: Database, thread: ThreadToPrune): Promise<number> {
  for (let removed = 0; ; ) {
    const step = await pruneStep(database, thread);
    removed += step;
    if (step < maxPerStep) return removed;
  }
}

/** The row is locked before anything is read, so no run can begin or append meanwhile. */
function pruneStep(database: Database, { threadId, before, maxEvents }: ThreadToPrune): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    const thread = await transaction
      .selectFrom('threads')
      .select(['last_seq', 'pruned_seq'])
      .where('thread_id', '=', threadId)
      .forUpdate()
      .executeTakeFirst();
    if (thread === undefined) return 0;
    const open = await transaction
      .selectFrom('runs')
      .select(({ fn }) => fn.min('start_seq').as('start_seq'))
      .where('thread_id', '=', threadId)
      .where('status', 'in', OPEN_STATUSES)
      .executeTakeFirst();
    const old = await transaction
      .selectFrom('events')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .where('thread_id', '=', threadId)
      .where('at', '<', before)
      .executeTakeFirst();
    const wanted = Math.max(old?.seq ?? 0, thread.last_seq - maxEvents);
    const allowed = open?.start_seq == null ? thread.last_seq : open.start_seq - 1;
    const upTo = Math.min(wanted, allowed, thread.pruned_seq + maxPerStep);
    if (upTo <= thread.pruned_seq) return 0;
    await transaction
      .updateTable('threads')
      .set({ pruned_seq: upTo })
      .where('thread_id', '=', threadId)
      .execute();
    await transaction
      .deleteFrom('events')
      .where('thread_id', '=', threadId)
      .where('seq', '<=', upTo)
      .execute();
    return upTo - thread.pruned_seq;
  });
}
