import {
  LIMITS,
  type Message,
  newId,
  type Page,
  refusal,
  type Snapshot,
  type Thread,
  type ThreadEvent,
} from '@netra/protocol';
import { jsonBytes } from '../event-log/bound-parts.ts';
import type { Database } from '../event-log/database.ts';
import { deleteOwned } from '../event-log/deleted-threads.ts';
import { readEvents } from '../event-log/event-rows.ts';
import type { FeedSource } from '../event-log/feed.ts';
import { createResultUrls } from '../event-log/result-urls.ts';
import type { SerialQueues } from '../event-log/serial-queues.ts';
import { readSnapshot } from '../event-log/snapshot.ts';
import { isUsableId } from '../event-log/usable-id.ts';
import { readMessages, toThread } from '../event-log/wire-rows.ts';
import { endRuns } from '../runs/end-runs.ts';
import type { Runner } from '../runs/runner.ts';
import { decodeCursor, decodeSeq, encodeCursor } from './cursor.ts';
import type { Outcome } from './outcome.ts';
import type { PostOutcome, PostRequest } from './post.ts';

export type { Outcome } from './outcome.ts';
export type { PostRequest } from './post.ts';

interface PageRequest {
  /** `next_cursor` of the page before. A broken one is `request_malformed`. */
  cursor?: string | undefined;
  /** Default 50, at most 200. */
  limit?: number | undefined;
}

/**
 * The threads of each user. Every function takes the owner first and finds nothing of anybody else:
 * a foreign thread is `thread_unknown`, exactly as a missing one.
 */
export interface Threads {
  /**
   * Stores the message, its run and its event in one transaction, then calls `onStored`, then delivers and starts the run.
   * Refusals: `message_invalid`, `thread_unknown`, `agent_unknown`, `run_in_progress`, `idempotency_conflict`.
   */
  post(request: PostRequest): Promise<PostOutcome>;
  /** Most recently touched first. */
  list(ownerId: string, page?: PageRequest): Promise<Outcome<Page<Thread>>>;
  get(ownerId: string, threadId: string): Promise<Outcome<Thread>>;
  create(
    ownerId: string,
    fields: { title?: string | undefined; agent?: string | undefined },
  ): Promise<Outcome<Thread>>;
  update(ownerId: string, threadId: string, fields: { title: string }): Promise<Outcome<Thread>>;
  /** Deletes the thread with all that was said in it; its open runs end in `agent_cancelled`. Resolves to the thread as it last was. */
  delete(ownerId: string, threadId: string): Promise<Outcome<Thread>>;
  /** Oldest first within a page; the first page holds the latest, `next_cursor` leads to older ones. */
  messages(ownerId: string, threadId: string, page?: PageRequest): Promise<Outcome<Page<Message>>>;
  /** Events after `afterSeq` (default 0). For the next page pass the last `seq`; `next_cursor` is that number as text. */
  events(
    ownerId: string,
    threadId: string,
    page?: { afterSeq?: number | undefined; limit?: number | undefined },
  ): Promise<Outcome<Page<ThreadEvent>>>;
  snapshot(ownerId: string, threadId: string): Promise<Outcome<Snapshot>>;
}

export interface ThreadsOptions {
  database: Database;
  queues: SerialQueues;
  feed: FeedSource;
  runner: Runner;
  /** Names of the agents that a thread may have. */
  agents: { has(name: string): boolean };
  post: Threads['post'];
  publicUrl: string;
  now: () => number;
}

export function createThreads(options: ThreadsOptions): Threads {
  const { database, feed, publicUrl, now } = options;
  const resultUrls = createResultUrls(publicUrl);

  const get: Threads['get'] = async (ownerId, threadId) => {
    if (!isUsableId(threadId)) return unknownThread;
    const row = await database
      .selectFrom('threads')
      .selectAll()
      .where('thread_id', '=', threadId)
      .where('owner_id', '=', ownerId)
      .executeTakeFirst();
    return row === undefined ? unknownThread : { ok: true, value: toThread(row) };
  };

  /** A page of something in a thread, once the thread is known to be the owner's. */
  const within = async <Value>(
    ownerId: string,
    threadId: string,
    read: () => Promise<Value>,
  ): Promise<Outcome<Value>> => {
    const thread = await get(ownerId, threadId);
    return thread.ok ? { ok: true, value: await read() } : thread;
  };

  return {
    post: options.post,
    get,
    list: (ownerId, page = {}) => listThreads(database, ownerId, page),
    async create(ownerId, { title = '', agent }) {
      if (agent !== undefined && !options.agents.has(agent)) {
        return { ok: false, refusal: refusal('agent_unknown') };
      }
      const at = new Date(now());
      const row = await database
        .insertInto('threads')
        .values({
          thread_id: newId('thr'),
          owner_id: ownerId,
          title: storable(title),
          agent: agent ?? null,
          epoch: newId('epo'),
          created_at: at,
          updated_at: at,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      feed.notice(ownerId, 'thread_created', toThread(row));
      return { ok: true, value: toThread(row) };
    },
    async update(ownerId, threadId, { title }) {
      if (!isUsableId(threadId)) return unknownThread;
      const row = await database
        .updateTable('threads')
        .set({ title: storable(title), updated_at: new Date(now()) })
        .where('thread_id', '=', threadId)
        .where('owner_id', '=', ownerId)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return unknownThread;
      feed.notice(ownerId, 'thread_updated', toThread(row));
      return { ok: true, value: toThread(row) };
    },
    delete: (ownerId, threadId) => deleteThread(options, ownerId, threadId),
    async messages(ownerId, threadId, { cursor, limit } = {}) {
      const beforeSeq = cursor === undefined ? undefined : decodeSeq(cursor);
      if (cursor !== undefined && beforeSeq === undefined) return brokenCursor;
      const range = { ownerId, threadId, limit: limitOf(limit), maxBytes: LIMITS.maxPageBytes };
      return within(ownerId, threadId, async () => {
        const { items, next_cursor } = await readMessages(
          database,
          beforeSeq === undefined ? range : { ...range, beforeSeq },
        );
        return {
          items: items.map(resultUrls.ofMessage),
          ...(next_cursor === undefined ? {} : { next_cursor }),
        };
      });
    },
    events: (ownerId, threadId, { afterSeq = 0, limit } = {}) =>
      within(ownerId, threadId, async () => {
        const range = { threadId, afterSeq: Math.min(afterSeq, maxSeq), limit: limitOf(limit) };
        const page = await readEventPage(database, ownerId, range);
        return { ...page, items: page.items.map(resultUrls.ofEvent) };
      }),
    async snapshot(ownerId, threadId) {
      if (!isUsableId(threadId)) return unknownThread;
      const snapshot = await readSnapshot(database, ownerId, threadId);
      return snapshot === undefined ? unknownThread : { ok: true, value: resultUrls.ofSnapshot(snapshot) };
    },
  };
}

const unknownThread = { ok: false, refusal: refusal('thread_unknown') } as const;
const brokenCursor = {
  ok: false,
  refusal: refusal('request_malformed', 'The cursor is not one of this list.'),
} as const;

/** Larger than any `seq`, and what an `integer` column can be compared with. */
const maxSeq = 2_147_483_647;

/** Without the one character that PostgreSQL cannot store. */
function storable(title: string): string {
  return title.replaceAll('\u0000', '');
}

function limitOf(limit: number | undefined): number {
  return Math.max(1, Math.min(limit ?? LIMITS.pageDefault, LIMITS.pageMax));
}

async function listThreads(
  database: Database,
  ownerId: string,
  { cursor, limit }: PageRequest,
): Promise<Outcome<Page<Thread>>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  if (cursor !== undefined && after === undefined) return brokenCursor;
  const size = limitOf(limit);
  let query = database.selectFrom('threads').selectAll().where('owner_id', '=', ownerId);
  if (after !== undefined) {
    const { updatedAt, threadId } = after;
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('updated_at', 'thread_id'), '<', tuple(updatedAt, threadId)),
    );
  }
  const rows = await query
    .orderBy('updated_at', 'desc')
    .orderBy('thread_id', 'desc')
    .limit(size + 1)
    .execute();
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const hasMore = rows.length > size && last !== undefined;
  return {
    ok: true,
    value: {
      items: page.map(toThread),
      ...(hasMore
        ? { next_cursor: encodeCursor({ updatedAt: last.updated_at, threadId: last.thread_id }) }
        : {}),
    },
  };
}

async function readEventPage(
  database: Database,
  ownerId: string,
  { threadId, afterSeq, limit }: { threadId: string; afterSeq: number; limit: number },
): Promise<Page<ThreadEvent>> {
  const events = await readEvents(database, ownerId, { threadId, afterSeq, limit: limit + 1 });
  const items = firstBytes(events.slice(0, limit), LIMITS.maxPageBytes);
  const last = items.at(-1);
  return {
    items,
    ...(events.length > items.length && last !== undefined ? { next_cursor: String(last.seq) } : {}),
  };
}

/** As many as fit, and one where none does. */
function firstBytes(events: readonly ThreadEvent[], maxBytes: number): ThreadEvent[] {
  let bytes = 0;
  const over = events.findIndex((event, index) => {
    bytes += jsonBytes(event);
    return index > 0 && bytes > maxBytes;
  });
  return events.slice(0, over < 0 ? events.length : over);
}

/** Its open runs end first, so that whoever follows them, on any process, hears an end before the thread is gone. */
async function deleteThread(
  { database, queues, feed, runner, now }: ThreadsOptions,
  ownerId: string,
  threadId: string,
): Promise<Outcome<Thread>> {
  if (!isUsableId(threadId)) return unknownThread;
  return queues.run(threadId, async () => {
    const deleted = await database.transaction().execute(async (transaction) => {
      const ended = await endRuns(transaction, { ownerId, threadId }, runner.claimant());
      const thread = await deleteOwned(transaction, { ownerId, threadId, atMs: now() });
      return thread === undefined ? undefined : { ...ended, thread };
    });
    if (deleted === undefined) return unknownThread;
    const { thread } = deleted;
    feed.deliver(ownerId, threadId, deleted.events);
    feed.notice(ownerId, 'thread_deleted', thread);
    for (const runId of deleted.runIds) runner.cancel(runId, 'user');
    return { ok: true, value: thread };
  });
}
