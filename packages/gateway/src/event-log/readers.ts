import { encodeFrame, type ThreadEvent } from '@netra/protocol';

/** Events read from the table at a time. */
const pageSize = 500;
/** Before a failed catch-up is tried again. */
const retryMs = 500;

/** Takes one event, already encoded once for all sockets. Called synchronously, in order; must not throw. */
export type Deliver = (frameText: string, event: ThreadEvent) => void;

export interface Subscription {
  /** Starts the catch-up from the table and then the live events. Call it after the `subscribed` frame was written. */
  start(): void;
  /** No delivery after this returns. */
  close(): void;
}

/** Whose log, and where a new reader stands. */
export interface ReaderStart {
  ownerId: string;
  threadId: string;
  /** The first event to deliver. */
  nextSeq: number;
  deliver: Deliver;
  /** Nothing from `nextSeq` on was delivered yet, so the reader is live at once and needs no catch-up. */
  isCurrent?: boolean;
}

export interface ReadersOptions {
  /** Events of a thread after `afterSeq`, oldest first. */
  read(start: { ownerId: string; threadId: string; afterSeq: number; limit: number }): Promise<ThreadEvent[]>;
  /** Runs the task when no append of the thread is under way on this process. */
  serialise(threadId: string, task: () => Promise<void>): Promise<void>;
  onReadFailed(cause: unknown): void;
  /** A reader threw. It is dropped: one broken socket must not stop a run or the other readers. */
  onDeliverFailed(cause: unknown): void;
}

interface Reader extends ReaderStart {
  isLive: boolean;
}

/** The readers of one process: each has a cursor of its own, so nothing is skipped or repeated whatever arrives. */
export interface Readers {
  /** A reader that stands still until `start()`. */
  add(start: ReaderStart): Subscription;
  /** Events that were just stored, in order. A reader they do not continue for goes to the table instead. */
  deliver(threadId: string, events: ThreadEvent[]): void;
  /** There may be events up to `seq` (default: any number) that did not come through `deliver`. */
  catchUp(threadId: string, seq?: number): void;
  catchUpAll(): void;
  /** Forgets the readers of a thread that is gone. */
  remove(threadId: string): void;
  count(): number;
}

export function createReaders({ read, serialise, onReadFailed, onDeliverFailed }: ReadersOptions): Readers {
  const threads = new Map<string, Set<Reader>>();
  const planned = new Set<string>();
  let count = 0;

  const live = (threadId: string): Reader[] =>
    [...(threads.get(threadId) ?? [])].filter((reader) => reader.isLive);

  /** Gives the event to every reader that waits for exactly this one, encoded once for all of them. */
  const hand = (event: ThreadEvent, waiting: Reader[]): void => {
    let frameText: string | undefined;
    for (const reader of waiting) {
      if (!reader.isLive || reader.nextSeq !== event.seq) continue;
      frameText ??= encodeFrame(event);
      reader.nextSeq++;
      try {
        reader.deliver(frameText, event);
      } catch (cause) {
        remove(reader);
        onDeliverFailed(cause);
      }
    }
  };

  const deliver = (threadId: string, events: ThreadEvent[]): void => {
    const readers = live(threadId);
    if (readers.length === 0) return;
    for (const event of events) hand(event, readers);
    if (readers.some((reader) => reader.nextSeq <= (events.at(-1)?.seq ?? 0))) catchUp(threadId);
  };

  const readOn = async (threadId: string): Promise<void> => {
    planned.delete(threadId);
    for (;;) {
      const readers = live(threadId);
      const first = readers[0];
      if (first === undefined) return;
      const afterSeq = Math.min(...readers.map((reader) => reader.nextSeq)) - 1;
      const page = await read({ ownerId: first.ownerId, threadId, afterSeq, limit: pageSize });
      const present = live(threadId);
      for (const event of page) hand(event, present);
      if (page.length < pageSize && present.length === readers.length) return;
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
    const readers = threads.get(reader.threadId);
    if (readers?.delete(reader) === true) count--;
    if (readers?.size === 0) threads.delete(reader.threadId);
  };

  return {
    add(start) {
      const reader: Reader = { ...start, isLive: start.isCurrent === true };
      const readers = threads.get(start.threadId) ?? new Set();
      threads.set(start.threadId, readers.add(reader));
      count++;
      return {
        start() {
          if (reader.isLive || !readers.has(reader)) return;
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
    remove(threadId) {
      for (const reader of threads.get(threadId) ?? []) remove(reader);
    },
    count: () => count,
  };
}
