import type { ThreadEvent } from '@netra/protocol';
import { appendToRun } from '../event-log/append.ts';
import type { Database } from '../event-log/database.ts';
import type { FeedSource } from '../event-log/feed.ts';
import type { GroupAppend, RunAppend } from '../event-log/group-append.ts';
import type { SerialQueues } from '../event-log/serial-queues.ts';
import type { Claimed } from './claim.ts';
import { cancelledEnding } from './endings.ts';
import { releaseLeases } from './leases.ts';
import { CancelCameFirst, type RunRow, type Settled, type SettleRequest, settleRun } from './settle.ts';
import { storeLargeResults } from './tool-results.ts';
import type { TranscriptEntry } from './transcript.ts';

/** Pauses before a run's end is stored once more; together shorter than a lease, so nobody else ends it meanwhile. */
const settlePausesMs = [0, 200, 800];

export interface RunStoreOptions {
  database: Database;
  queues: SerialQueues;
  groupAppend: GroupAppend;
  feed: FeedSource;
  nodeId: string;
  now: () => number;
}

/** Stores what a claimed run says, and delivers what was stored. */
export interface RunStore {
  /** False when the run is not ours any more, or its thread is gone. Together with the appends of other runs. */
  append(claimed: Claimed, entries: TranscriptEntry[], options: { isUrgent: boolean }): Promise<boolean>;
  settle(request: SettleRequest): Promise<void>;
  release(claimed: Claimed, entries: TranscriptEntry[]): Promise<void>;
}

export function createRunStore(options: RunStoreOptions): RunStore {
  const { database, queues, groupAppend, feed, nodeId, now } = options;

  const append: RunStore['append'] = (claimed, entries, { isUrgent }) =>
    queues.run(claimed.run.thread_id, async () => {
      const request = runAppend(claimed, entries, now());
      // A large result has to be stored in the transaction of its event.
      const events = entries.some(({ largeResult }) => largeResult !== undefined)
        ? await storeWithResults(database, claimed.run, { request, entries })
        : await groupAppend.append(request, { isUrgent });
      if (events === undefined) return false;
      feed.deliver(claimed.run.owner_id, claimed.run.thread_id, events);
      return true;
    });

  const end = (request: SettleRequest): Promise<Settled | undefined> =>
    database.transaction().execute((transaction) => settleRun(transaction, request));

  const settleOnce = (request: SettleRequest): Promise<void> =>
    queues.run(request.run.thread_id, async () => {
      const { run, text, atMs: nowMs } = request;
      const settled = await end(request).catch((cause: unknown) => {
        if (!(cause instanceof CancelCameFirst)) throw cause;
        return end({ ...request, ending: cancelledEnding({ run, text, nowMs }, cause.by) });
      });
      // Undefined also when an earlier try was committed but its answer lost: then the table has what readers miss.
      if (settled === undefined) return feed.catchUp(run.thread_id);
      feed.deliver(run.owner_id, run.thread_id, settled.events);
      feed.notice(run.owner_id, 'thread_updated', settled.thread);
    });

  return {
    append,
    async settle(request) {
      let failure: unknown;
      for (const pauseMs of settlePausesMs) {
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        try {
          return await settleOnce(request);
        } catch (cause) {
          failure = cause;
        }
      }
      throw failure;
    },
    async release(claimed, entries) {
      if (entries.length > 0 && !(await append(claimed, entries, { isUrgent: true }))) return;
      await releaseLeases(database, { nodeId, runIds: [claimed.run.run_id] });
    },
  };
}

function runAppend({ run, fence }: Claimed, entries: TranscriptEntry[], atMs: number): RunAppend {
  return {
    ownerId: run.owner_id,
    threadId: run.thread_id,
    fence,
    atMs,
    entries: entries.map(({ body }) => ({ runId: run.run_id, agent: run.agent, body })),
  };
}

function storeWithResults(
  database: Database,
  run: RunRow,
  { request, entries }: { request: RunAppend; entries: TranscriptEntry[] },
): Promise<ThreadEvent[] | undefined> {
  return database.transaction().execute(async (transaction) => {
    const events = await appendToRun(transaction, request);
    if (events !== undefined) await storeLargeResults(transaction, run, entries);
    return events;
  });
}
