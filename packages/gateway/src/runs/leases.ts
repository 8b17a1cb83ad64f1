import { sql } from 'kysely';
import { type CancelledBy, type Database, RUNNING_STATUSES } from '../event-log/database.ts';
import { leaseEnd } from './claim.ts';

/** Runs or threads handled by one sweep; the next one goes on. */
const maxPerSweep = 100;

/** Extends the leases of a process. What it gets back is still its own; `cancel_by` is a wish that may have got lost on the bus. */
export async function extendLeases(
  database: Database,
  { nodeId, leaseMs, runIds }: { nodeId: string; leaseMs: number; runIds: string[] },
): Promise<Map<string, CancelledBy | null>> {
  const rows = await database
    .updateTable('runs')
    .set({ lease_until: leaseEnd(leaseMs) })
    .where('run_id', 'in', runIds)
    .where('lease_owner', '=', nodeId)
    .where('status', 'in', RUNNING_STATUSES)
    .returning(['run_id', 'cancel_by'])
    .execute();
  return new Map(rows.map(({ run_id, cancel_by }) => [run_id, cancel_by]));
}

/** Lets go of runs at once instead of waiting for their leases to end. */
export async function releaseLeases(
  database: Database,
  { nodeId, runIds }: { nodeId: string; runIds: string[] },
): Promise<void> {
  await database
    .updateTable('runs')
    .set({ lease_owner: null, lease_until: null })
    .where('run_id', 'in', runIds)
    .where('lease_owner', '=', nodeId)
    .execute();
}

/** A run that no living process executes. */
export interface Orphan {
  run_id: string;
  thread_id: string;
  owner_id: string;
}

/** Runs whose process let go of them or is silent for longer than its lease. */
export function findOrphans(database: Database): Promise<Orphan[]> {
  return database
    .selectFrom('runs')
    .select(['run_id', 'thread_id', 'owner_id'])
    .where('status', 'in', RUNNING_STATUSES)
    .where((where) =>
      where.or([where('lease_owner', 'is', null), where('lease_until', '<', sql<Date>`clock_timestamp()`)]),
    )
    .limit(maxPerSweep)
    .execute();
}

/** False: no run of the thread waits, which most often saves the lock and the commit of a claim. */
export async function hasQueue(database: Database, threadId: string): Promise<boolean> {
  const waiting = await database
    .selectFrom('runs')
    .select('run_id')
    .where('thread_id', '=', threadId)
    .where('status', '=', 'queued')
    .limit(1)
    .executeTakeFirst();
  return waiting !== undefined;
}

/**
 * Threads with a queue that nobody works on: the process that should have gone on with it did not, or had no room.
 * The first of every user, then the second, and so on: a user with many of them keeps nobody else waiting.
 */
export function findIdleQueues(database: Database, crowdedOut: readonly string[]) {
  const idle = database
    .selectFrom('runs')
    .innerJoin('threads', 'threads.thread_id', 'runs.thread_id')
    .select(['runs.thread_id', 'runs.owner_id'])
    .select(({ fn }) =>
      fn
        .agg<string>('row_number')
        .over((over) => over.partitionBy('runs.owner_id').orderBy(sql`min(runs.created_at)`))
        .as('turn'),
    )
    .where('runs.status', '=', 'queued')
    .where('threads.fence', 'is', null)
    .$if(crowdedOut.length > 0, (query) => query.where('runs.owner_id', 'not in', crowdedOut))
    .groupBy(['runs.thread_id', 'runs.owner_id']);
  return database
    .selectFrom(idle.as('idle'))
    .select(['thread_id', 'owner_id'])
    .orderBy('turn')
    .limit(maxPerSweep)
    .execute();
}
