import type { ThreadEvent } from '@netra/protocol';
import { type DatabaseTransaction, OPEN_STATUSES } from '../event-log/database.ts';
import { type Claimant, endCancelled, endStored, lockThread } from './claim.ts';

export interface EndedRuns {
  /** Their last events, stored and not delivered. */
  events: ThreadEvent[];
  /** Those that may still be executed somewhere. */
  runIds: string[];
}

/** Cancels all open runs of a thread for its user, those in its queue too, and locks the thread. */
export async function endRuns(
  transaction: DatabaseTransaction,
  thread: { ownerId: string; threadId: string },
  claimant: Claimant,
): Promise<EndedRuns> {
  if ((await lockThread(transaction, thread.threadId)) === undefined) return { events: [], runIds: [] };
  const running = (await markCancelled(transaction, thread)).filter(({ status }) => status !== 'queued');
  const events: ThreadEvent[] = [];
  for (const run of running) events.push(...((await endStored(transaction, run, claimant))?.events ?? []));
  // Once more: what steered a run that ended waits in the queue now.
  await markCancelled(transaction, thread);
  events.push(...(await endCancelled(transaction, thread, claimant)));
  return { events, runIds: running.map(({ run_id }) => run_id) };
}

function markCancelled(
  transaction: DatabaseTransaction,
  { ownerId, threadId }: { ownerId: string; threadId: string },
) {
  return transaction
    .updateTable('runs')
    .set(({ fn, val }) => ({ cancel_by: fn.coalesce('cancel_by', val('user' as const)) }))
    .where('thread_id', '=', threadId)
    .where('owner_id', '=', ownerId)
    .where('status', 'in', OPEN_STATUSES)
    .returningAll()
    .execute();
}
