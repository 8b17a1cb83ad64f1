import type { Thread } from '@netra/protocol';
import { sql } from 'kysely';
import type { Database, DatabaseTransaction } from './database.ts';
import { toThread } from './wire-rows.ts';

/** How long the log of a deleted thread stays, for readers that are on their way to its end. */
const logKeptMs = 2 * 60_000;
/** How long it is known that there was one, for owners who could not be told. */
const noticeKeptMs = 24 * 60 * 60_000;
/** Rows of one sweep; the next one goes on. */
const maxPerSweep = 500;

/**
 * Takes a thread, whose runs have ended, out of everybody's reach: what was said in it goes at once. Only its log
 * stays, without an owner, until `sweepDeleted`. Resolves to undefined, with nothing changed, when it is not the owner's.
 */
export async function deleteOwned(
  transaction: DatabaseTransaction,
  { ownerId, threadId, atMs }: { ownerId: string; threadId: string; atMs: number },
): Promise<Thread | undefined> {
  const row = await transaction
    .updateTable('threads')
    .set({ owner_id: null, deleted_owner_id: ownerId, deleted_at: new Date(atMs), fence: null })
    .where('thread_id', '=', threadId)
    .where('owner_id', '=', ownerId)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  for (const table of ['tool_results', 'messages', 'runs'] as const)
    await transaction.deleteFrom(table).where('thread_id', '=', threadId).execute();
  return toThread(row);
}

/** Removes what is left of threads that were deleted long enough ago. */
export async function sweepDeleted(database: Database, nowMs: number): Promise<void> {
  await database
    .deleteFrom('threads')
    .where('deleted_at', '<', new Date(nowMs - noticeKeptMs))
    .execute();
  const silent = await database
    .updateTable('threads')
    .set({ title: '', pruned_seq: sql<number>`last_seq` })
    .where('thread_id', 'in', (query) =>
      query
        .selectFrom('threads')
        .select('thread_id')
        .where('deleted_at', '<', new Date(nowMs - logKeptMs))
        .whereRef('pruned_seq', '<', 'last_seq')
        .limit(maxPerSweep),
    )
    .returning('thread_id')
    .execute();
  if (silent.length === 0) return;
  const threadIds = silent.map(({ thread_id }) => thread_id);
  await database.deleteFrom('events').where('thread_id', 'in', threadIds).execute();
}

/** A change to a user's list of threads. */
export interface OwnerChange {
  ownerId: string;
  type: 'thread_updated' | 'thread_deleted';
  thread: Thread;
}

/** What happened to the threads of these owners since then, oldest first. */
export async function readOwnerChanges(
  database: Database,
  { ownerIds, sinceMs }: { ownerIds: string[]; sinceMs: number },
): Promise<OwnerChange[]> {
  const since = new Date(sinceMs);
  const rows = await database
    .selectFrom('threads')
    .selectAll()
    .where((where) =>
      where.or([
        where.and([where('owner_id', 'in', ownerIds), where('updated_at', '>=', since)]),
        where.and([where('deleted_owner_id', 'in', ownerIds), where('deleted_at', '>=', since)]),
      ]),
    )
    .orderBy(({ fn }) => fn.coalesce('deleted_at', 'updated_at'))
    .execute();
  return rows.flatMap((row): OwnerChange[] => {
    const thread = toThread(row);
    if (row.owner_id !== null) return [{ ownerId: row.owner_id, type: 'thread_updated', thread }];
    if (row.deleted_owner_id === null) return [];
    return [{ ownerId: row.deleted_owner_id, type: 'thread_deleted', thread }];
  });
}
