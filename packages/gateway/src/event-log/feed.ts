import { encodeFrame, type Refusal, refusal, type Thread, type ThreadEvent } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { EventBus } from '../bus/event-bus.ts';
import { EncodedFrame } from '../connections/encoded-frame.ts';
import type { FeedMetrics } from '../metrics/metrics.ts';
import type { Database } from './database.ts';
import { readOwnerChanges } from './deleted-threads.ts';
import { readEvents } from './event-rows.ts';
import { createReaders, type ReaderEnd, type ReaderStart, type Subscription } from './readers.ts';
import { createResultUrls } from './result-urls.ts';
import type { SerialQueues } from './serial-queues.ts';
import { createSharedSnapshots, type EncodedSnapshot, type SharedSnapshots } from './shared-snapshots.ts';
import { isUsableId } from './usable-id.ts';

/** A resume that is further behind than this gets a snapshot: it is smaller, and drawn sooner. */
const maxReplayedEvents = 5_000;
/** Owners whose changes are read at a time, after the bus was down. */
const ownersPerRead = 200;
/** How far the clocks of processes, which date the changes, may lie apart. */
const clockSpreadMs = 60_000;
/** Before what could not be read is read again. */
const retryMs = 500;

export type { Deliver, ReaderEnd, Subscription } from './readers.ts';

interface SubscribeRequest extends ReaderEnd {
  ownerId: string;
  threadId: string;
  /** To resume: both, as last seen. */
  epoch?: string;
  afterSeq?: number;
}

type SubscribeOutcome =
  | ({
      ok: true;
      /** The fields of the `subscribed` frame, but for the snapshot. */
      subscribed: { epoch: string; last_seq: number; recovered: boolean };
      /** Of a thread that is not resumed. */
      snapshot?: EncodedSnapshot;
    } & Subscription)
  | { ok: false; refusal: Refusal };

/** Brings each subscriber every event of its thread once, in order, without a gap, from any process. */
export interface Feed {
  /** Refusals: `thread_unknown`. What cannot be resumed becomes `recovered: false` with a snapshot. */
  subscribe(request: SubscribeRequest): Promise<SubscribeOutcome>;
  /** `thread_created`, `thread_updated`, `thread_deleted` frames for every socket of the user, from any process. */
  watchOwner(ownerId: string, deliver: (frame: EncodedFrame) => void): { close(): void };
  /** Subscriptions open on this process, for status. */
  subscriptionCount(): number;
}

type ThreadNotice = 'thread_created' | 'thread_updated' | 'thread_deleted';

type Watcher = (frame: EncodedFrame) => void;

/** The feed's other end, for whoever stores events. */
export interface FeedSource extends Feed {
  /** Hands stored events to the readers here and wakes those elsewhere. Call it inside the thread's queue. */
  deliver(ownerId: string, threadId: string, events: ThreadEvent[]): void;
  notice(ownerId: string, type: ThreadNotice, thread: Thread): void;
  /** Reads on from the table, where something may have been stored that was not delivered. */
  catchUp(threadId: string): void;
  /** Joins at an event whose `seq` proves that the owner was checked, without a query. */
  join(start: ReaderStart): Subscription;
}

export interface FeedOptions {
  database: Database;
  bus: EventBus;
  queues: SerialQueues;
  publicUrl: string;
  metrics?: FeedMetrics | undefined;
  log: Logger;
  now: () => number;
}

export function createFeed(options: FeedOptions): FeedSource {
  const { database, bus, queues, publicUrl, metrics, log, now } = options;
  /** Threads whose place in the log is being read for a new reader, until it can be told that they were deleted. */
  const arriving = new Set<{ threadId: string; isGone: boolean }>();
  /** Lists that are replaced, not changed: most users have one connection, and a set for it costs four times as much. */
  const watchers = new Map<string, readonly Watcher[]>();
  const resultUrls = createResultUrls(publicUrl);
  const snapshots = createSharedSnapshots({ database, finish: resultUrls.ofSnapshot });
  const readers = createReaders({
    encode: (event, encoder) => encoder.encode(resultUrls.ofEvent(event)),
    read: ({ ownerId, ...range }) => readEvents(database, ownerId, range),
    serialise: (threadId, task) => queues.run(threadId, task),
    onReadFailed: (cause) => log.warn({ err: cause }, 'feed: could not read the event log, will try again'),
    onDeliverFailed: (cause) => log.error({ err: cause }, 'feed: a subscriber threw and was dropped'),
  });

  const showNotice = (ownerId: string, type: ThreadNotice, thread: Thread): void => {
    if (type === 'thread_deleted') {
      readers.remove(thread.thread_id);
      for (const arrival of arriving) arrival.isGone ||= arrival.threadId === thread.thread_id;
    }
    const listening = watchers.get(ownerId);
    if (listening === undefined) return;
    const frame = new EncodedFrame(encodeFrame({ type, at: new Date(now()).toISOString(), thread }));
    for (const deliver of listening) {
      try {
        deliver(frame);
      } catch (cause) {
        log.error({ err: cause }, 'feed: a subscriber threw');
      }
    }
  };

  /** Its own process has delivered all that there was: here the end of the log comes first. */
  const showRemoteNotice = (ownerId: string, type: ThreadNotice, thread: Thread): void => {
    if (type !== 'thread_deleted') showNotice(ownerId, type, thread);
    else void readers.readToEnd(thread.thread_id).then(() => showNotice(ownerId, type, thread));
  };

  /** Changes that the bus may have lost, told to those who are here; to hear of one twice does no harm. */
  const reannounce = (sinceMs: number): void => {
    const ownerIds = [...watchers.keys()];
    const readAll = async (): Promise<void> => {
      for (let start = 0; start < ownerIds.length; start += ownersPerRead) {
        const range = {
          ownerIds: ownerIds.slice(start, start + ownersPerRead),
          sinceMs: sinceMs - clockSpreadMs,
        };
        for (const { ownerId, type, thread } of await readOwnerChanges(database, range))
          showRemoteNotice(ownerId, type, thread);
      }
    };
    readAll().catch((cause: unknown) => {
      log.warn({ err: cause }, 'feed: could not read what changed while the bus was down, will try again');
      setTimeout(reannounce, retryMs, sinceMs).unref();
    });
  };

  bus.listen((message) => {
    if (message.kind === 'events') readers.catchUp(message.thread_id, message.seq);
    else if (message.kind === 'notice') showRemoteNotice(message.owner_id, message.type, message.thread);
    else if (message.kind === 'lagged') {
      readers.catchUpAll();
      reannounce(message.since_ms);
    }
  });

  return {
    async subscribe({ epoch, afterSeq, ...reader }) {
      const { ownerId, threadId } = reader;
      const arrival = { threadId, isGone: false };
      arriving.add(arrival);
      const subscribed = await resume(
        { database, snapshots },
        { ownerId, threadId, epoch, afterSeq },
      ).finally(() => arriving.delete(arrival));
      if (subscribed === undefined || arrival.isGone)
        return { ok: false, refusal: refusal('thread_unknown') };
      const { nextSeq, snapshot, ...fields } = subscribed;
      metrics?.subscribed(fields.recovered ? 'recovered' : afterSeq === undefined ? 'fresh' : 'snapshot');
      return {
        ok: true,
        subscribed: fields,
        ...(snapshot && { snapshot }),
        ...readers.add({ ...reader, nextSeq }),
      };
    },
    watchOwner(ownerId, deliver) {
      watchers.set(ownerId, [...(watchers.get(ownerId) ?? []), deliver]);
      return {
        close() {
          const rest = (watchers.get(ownerId) ?? []).filter((listening) => listening !== deliver);
          if (rest.length === 0) watchers.delete(ownerId);
          else watchers.set(ownerId, rest);
        },
      };
    },
    subscriptionCount: () => readers.count(),
    join: (start) => readers.add(start),
    catchUp: (threadId) => readers.catchUp(threadId),
    deliver(ownerId, threadId, events) {
      readers.deliver(threadId, events);
      metrics?.stored(events);
      const seq = events.at(-1)?.seq;
      if (seq !== undefined) bus.publish({ kind: 'events', owner_id: ownerId, thread_id: threadId, seq });
    },
    notice(ownerId, type, thread) {
      showNotice(ownerId, type, thread);
      bus.publish({ kind: 'notice', owner_id: ownerId, type, thread });
    },
  };
}

interface ResumePoint {
  ownerId: string;
  threadId: string;
  epoch: string | undefined;
  afterSeq: number | undefined;
}

interface Resumed {
  epoch: string;
  last_seq: number;
  recovered: boolean;
  snapshot?: EncodedSnapshot;
  nextSeq: number;
}

async function resume(
  { database, snapshots }: { database: Database; snapshots: SharedSnapshots },
  { ownerId, threadId, epoch, afterSeq }: ResumePoint,
): Promise<Resumed | undefined> {
  if (!isUsableId(threadId)) return undefined;
  const thread = await database
    .selectFrom('threads')
    .select(['epoch', 'last_seq', 'pruned_seq', 'updated_at'])
    .where('thread_id', '=', threadId)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  if (thread === undefined) return undefined;
  const { last_seq: lastSeq, updated_at: updatedAt } = thread;
  if (thread.epoch === epoch && afterSeq !== undefined) {
    const oldest = Math.max(thread.pruned_seq, lastSeq - maxReplayedEvents);
    if (afterSeq <= lastSeq && afterSeq >= oldest)
      return { epoch, last_seq: lastSeq, recovered: true, nextSeq: afterSeq + 1 };
  }
  const mark = { ownerId, threadId, lastSeq, updatedAtMs: updatedAt.getTime() };
  const snapshot = await snapshots.read(mark);
  if (snapshot === undefined) return undefined;
  const place = { epoch: snapshot.epoch, last_seq: snapshot.lastSeq, nextSeq: snapshot.lastSeq + 1 };
  return { ...place, recovered: false, snapshot };
}
