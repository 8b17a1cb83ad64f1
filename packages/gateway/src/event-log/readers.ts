import type { ThreadEvent } from '@netra/protocol';
import type { EncodedFrame } from '../connections/encoded-frame.ts';
import { EventEncoder } from './event-encoder.ts';
import type { Flow } from './flow.ts';

/** Events read from the table at a time. */
const pageSize = 500;
/** Of those that are read for one slow reader: at first, and as many as it takes afterwards. */
const firstPacedPageSize = 8;
const minPacedPageSize = 2;
const maxPacedPageSize = 50;
/** Before a failed catch-up is tried again. */
const retryMs = 500;

/** Takes one event, already encoded once for all sockets. Called synchronously, in order; must not throw. */
export type Deliver = (frame: EncodedFrame, event: ThreadEvent) => void;

export interface Subscription {
  /** Starts the catch-up from the table and then the live events. Call it after the `subscribed` frame was written. */
  start(): void;
  /** No delivery after this returns. */
  close(): void;
}

/** Where events go. */
export interface ReaderEnd {
  deliver: Deliver;
  /** Default: always ready. */
  flow?: Flow | undefined;
  /** The thread was deleted: nothing more will come. */
  onGone?: (() => void) | undefined;
  /** The log was pruned beyond where the reader stands: nothing more will come, a new subscription gets a snapshot. */
  onLost?: (() => void) | undefined;
}

/** Whose log, and where a new reader stands. */
export interface ReaderStart extends ReaderEnd {
  ownerId: string;
  threadId: string;
  /** The first event to deliver. */
  nextSeq: number;
  /** Nothing from `nextSeq` on was delivered yet, so the reader is live at once and needs no catch-up. */
  isCurrent?: boolean;
}

export interface ReadersOptions {
  /** The frame of an event; `encoder` is that of its thread. */
  encode(event: ThreadEvent, encoder: EventEncoder): EncodedFrame;
  /** Events of a thread after `afterSeq`, oldest first. */
  read(start: { ownerId: string; threadId: string; afterSeq: number; limit: number }): Promise<ThreadEvent[]>;
  /** Runs the task when no append of the thread is under way on this process. */
  serialise(threadId: string, task: () => Promise<void>): Promise<void>;
  onReadFailed(cause: unknown): void;
  /** A reader threw. It is dropped: one broken socket must not stop a run or the other readers. */
  onDeliverFailed(cause: unknown): void;
}

/** A class, so that all readers have one shape: a copy of what they were started with would give each its own. */
class Reader {
  readonly ownerId: string;
  readonly threadId: string;
  readonly deliver: Deliver;
  readonly flow: Flow | undefined;
  readonly onGone: (() => void) | undefined;
  readonly onLost: (() => void) | undefined;
  nextSeq: number;
  /** False before its start, and while it takes what it missed at its own pace. */
  isLive: boolean;

  constructor(start: ReaderStart) {
    const { ownerId, threadId, deliver, flow, onGone, onLost, nextSeq, isCurrent = false } = start;
    this.ownerId = ownerId;
    this.threadId = threadId;
    this.deliver = deliver;
    this.flow = flow;
    this.onGone = onGone;
    this.onLost = onLost;
    this.nextSeq = nextSeq;
    this.isLive = isCurrent;
  }
}

/** The readers of one thread: the list is replaced, not changed, because readers come and go while it is walked through. */
class ThreadReaders {
  readonly encoder = new EventEncoder();
  all: readonly Reader[] = [];
}

/**
 * The readers of one process: each has a cursor of its own, so nothing is skipped or repeated whatever arrives.
 * For a reader that is not ready events wait in the table: it leaves the live ones and reads on at its own pace.
 */
export interface Readers {
  /** A reader that stands still until `start()`. */
  add(start: ReaderStart): Subscription;
  /** Events that were just stored, in order. A reader they do not continue for goes to the table instead. */
  deliver(threadId: string, events: ThreadEvent[]): void;
  /** There may be events up to `seq` (default: any number) that did not come through `deliver`. */
  catchUp(threadId: string, seq?: number): void;
  catchUpAll(): void;
  /** Hands over what the table holds of a thread to which nothing will be added. Resolves also where that fails. */
  readToEnd(threadId: string): Promise<void>;
  /** Forgets the readers of a thread that is gone, and tells them. */
  remove(threadId: string): void;
  count(): number;
}

export function createReaders(options: ReadersOptions): Readers {
  const { encode, read, serialise, onReadFailed, onDeliverFailed } = options;
  const threads = new Map<string, ThreadReaders>();
  const planned = new Set<string>();
  let count = 0;

  const encoderOf = (threadId: string): EventEncoder => threads.get(threadId)?.encoder ?? new EventEncoder();

  const live = (threadId: string): Reader[] =>
    (threads.get(threadId)?.all ?? []).filter((reader) => reader.isLive);

  /** Gives every reader those events that continue for it, each encoded once for all of them. */
  const hand = (events: readonly ThreadEvent[], waiting: readonly Reader[], encoder: EventEncoder): void => {
    // Most often one reads alone, and nothing is kept for others.
    const frames: EncodedFrame[] | undefined = waiting.length > 1 ? [] : undefined;
    for (const reader of waiting) {
      for (let index = 0; index < events.length && reader.isLive; index++) {
        const event = events[index];
        if (event === undefined || reader.nextSeq !== event.seq) continue;
        if (reader.flow?.isReady() === false) {
          reader.isLive = false;
          pace(reader, reader.flow);
        } else {
          const frame = frames?.[index] ?? encode(event, encoder);
          if (frames !== undefined) frames[index] = frame;
          give(reader, frame, event);
        }
      }
    }
  };

  const give = (reader: Reader, frame: EncodedFrame, event: ThreadEvent): void => {
    reader.nextSeq++;
    try {
      reader.deliver(frame, event);
    } catch (cause) {
      remove(reader);
      onDeliverFailed(cause);
    }
  };

  const isHere = (reader: Reader): boolean => threads.get(reader.threadId)?.all.includes(reader) === true;

  /** Numbers have no gaps: what is missing before the first event that was read for these readers is not in the log any more. */
  const loseBefore = (first: ThreadEvent | undefined, waiting: readonly Reader[]): void => {
    for (const reader of waiting) {
      if (first === undefined || reader.nextSeq >= first.seq || !isHere(reader)) continue;
      remove(reader);
      reader.onLost?.();
    }
  };

  const takePage = async (
    reader: Reader,
    flow: Flow,
    limit: number,
  ): Promise<{ taken: number; read: number }> => {
    const { ownerId, threadId } = reader;
    let page: ThreadEvent[] = [];
    // Not beside a post: its event is in the table before its `ack` is sent.
    await serialise(threadId, async () => {
      page = await read({ ownerId, threadId, afterSeq: reader.nextSeq - 1, limit });
    });
    loseBefore(page[0], [reader]);
    const encoder = encoderOf(threadId);
    let taken = 0;
    while (taken < page.length && isHere(reader) && flow.isReady()) {
      const event = page[taken++];
      if (event !== undefined) give(reader, encode(event, encoder), event);
    }
    return { taken, read: page.length };
  };

  /**
   * Reads on for one reader alone, as fast as it takes it, until it can be live again. What it does not take of a page
   * is not kept but read again: events may be large, and a reader that stalls would hold them for as long as it does.
   */
  const readPaced = async (reader: Reader, flow: Flow): Promise<void> => {
    let limit = firstPacedPageSize;
    for (let isBehind = true; isBehind; ) {
      while (isHere(reader) && !flow.isReady()) await flow.drained();
      if (!isHere(reader)) return;
      const { taken, read: count } = await takePage(reader, flow, limit);
      isBehind = taken < count || count === limit;
      limit = Math.min(maxPacedPageSize, Math.max(minPacedPageSize, taken * 2));
    }
    if (!isHere(reader)) return;
    reader.isLive = true;
    catchUp(reader.threadId);
  };

  const pace = (reader: Reader, flow: Flow): void => {
    readPaced(reader, flow).catch((cause: unknown) => {
      onReadFailed(cause);
      setTimeout(() => pace(reader, flow), retryMs).unref();
    });
  };

  const deliver = (threadId: string, events: ThreadEvent[]): void => {
    const thread = threads.get(threadId);
    if (thread === undefined) return;
    hand(events, thread.all, thread.encoder);
    const lastSeq = events[events.length - 1]?.seq ?? 0;
    for (const reader of thread.all) {
      if (!reader.isLive || reader.nextSeq > lastSeq) continue;
      catchUp(threadId);
      return;
    }
  };

  const readOn = async (threadId: string): Promise<void> => {
    planned.delete(threadId);
    for (;;) {
      const readers = live(threadId);
      const first = readers[0];
      if (first === undefined) return;
      const afterSeq = Math.min(...readers.map((reader) => reader.nextSeq)) - 1;
      const page = await read({ ownerId: first.ownerId, threadId, afterSeq, limit: pageSize });
      loseBefore(page[0], readers);
      const present = live(threadId);
      hand(page, present, encoderOf(threadId));
      if (page.length < pageSize && present.every((reader) => readers.includes(reader))) return;
    }
  };

  const catchUp = (threadId: string, seq = Number.MAX_SAFE_INTEGER): void => {
    if (planned.has(threadId) || !live(threadId).some((reader) => reader.nextSeq <= seq)) return;
    planned.add(threadId);
    serialise(threadId, () => readOn(threadId)).catch((cause: unknown) => {
      onReadFailed(cause);
      setTimeout(() => catchUp(threadId), retryMs).unref();
    });
  };

  const remove = (reader: Reader): void => {
    reader.isLive = false;
    const thread = threads.get(reader.threadId);
    if (thread?.all.includes(reader) !== true) return;
    thread.all = thread.all.filter((other) => other !== reader);
    if (thread.all.length === 0) threads.delete(reader.threadId);
    count--;
  };

  return {
    add(start) {
      const reader = new Reader(start);
      const thread = threads.get(start.threadId) ?? new ThreadReaders();
      thread.all = [...thread.all, reader];
      threads.set(start.threadId, thread);
      count++;
      return {
        start() {
          if (reader.isLive || !isHere(reader)) return;
          reader.isLive = true;
          catchUp(start.threadId);
        },
        close: () => remove(reader),
      };
    },
    deliver,
    catchUp,
    catchUpAll() {
      for (const threadId of threads.keys()) catchUp(threadId);
    },
    async readToEnd(threadId) {
      if (threads.has(threadId)) await serialise(threadId, () => readOn(threadId)).catch(onReadFailed);
    },
    remove(threadId) {
      for (const reader of threads.get(threadId)?.all ?? []) {
        remove(reader);
        reader.onGone?.();
      }
    },
    count: () => count,
  };
}
