import type { ThreadEvent } from '@netra/protocol';
import { appendEvents } from '../event-log/append.ts';
import type { Database } from '../event-log/database.ts';
import type { FeedSource } from '../event-log/feed.ts';
import type { SerialQueues } from '../event-log/serial-queues.ts';
import type { Claimed } from './claim.ts';
import { releaseLeases } from './leases.ts';
import { type RunRow, type SettleRequest, settleRun } from './settle.ts';
import { storeLargeResults } from './tool-results.ts';
import type { TranscriptEntry } from './transcript.ts';

/** Pauses before a run's end is stored once more; together shorter than a lease, so nobody else ends it meanwhile. */
const settlePausesMs = [0, 200, 800];

export interface RunStoreOptions {
  database: Database;
  queues: SerialQueues;
  feed: FeedSource;
  nodeId: string;
  now: () => number;
}

/** Stores what a claimed run says, and delivers what was stored. */
export interface RunStore {
  /** False when the run is not ours any more, or its thread is gone. */
  append(claimed: Claimed, entries: TranscriptEntry[]): Promise<boolean>;
  settle(request: SettleRequest): Promise<void>;
  release(claimed: Claimed, entries: TranscriptEntry[]): Promise<void>;
}

export function createRunStore({ database, queues, feed, nodeId, now }: RunStoreOptions): RunStore {
  const append = (claimed: Claimed, entries: TranscriptEntry[]): Promise<boolean> =>
    queues.run(claimed.run.thread_id, async () => {
      const events = await storeEntries(database, claimed, { entries, atMs: now() });
      if (events === undefined) return false;
      feed.deliver(claimed.run.owner_id, claimed.run.thread_id, events);
      return true;
    });

  const settleOnce = ({ run, ...request }: SettleRequest): Promise<void> =>
    queues.run(run.thread_id, async () => {
      const settled = await database
        .transaction()
        .execute((transaction) => settleRun(transaction, { run, ...request }));
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
      if (entries.length > 0 && !(await append(claimed, entries))) return;
      await releaseLeases(database, { nodeId, runIds: [claimed.run.run_id] });
    },
  };
}

/** One statement, unless a large result has to be stored with the events. */
async function storeEntries(
  database: Database,
  { run, fence }: { run: RunRow; fence: string },
  { entries, atMs }: { entries: TranscriptEntry[]; atMs: number },
): Promise<ThreadEvent[] | undefined> {
  const request = {
    ownerId: run.owner_id,
    threadId: run.thread_id,
    atMs,
    entries: entries.map(({ body }) => ({ runId: run.run_id, agent: run.agent, body })),
    fence: { expected: fence, next: fence },
  };
  if (entries.every(({ largeResult }) => largeResult === undefined)) return appendEvents(database, request);
  return database.transaction().execute(async (transaction) => {
    const events = await appendEvents(transaction, request);
    if (events !== undefined) await storeLargeResults(transaction, run, entries);
    return events;
  });
}
