import type { Snapshot } from '@netra/protocol';
import type { Database } from './database.ts';
import { readSnapshot } from './snapshot.ts';

/** Snapshots that are kept for the next reader, together. */
const maxKeptBytes = 8 * 1024 * 1024;

/** A snapshot as its readers share it. */
export interface EncodedSnapshot {
  ownerId: string;
  epoch: string;
  lastSeq: number;
  updatedAtMs: number;
  /** JSON. Nobody may change it: it is on its way to many readers. */
  bytes: Buffer;
}

/** How far a thread has come, as a reader found it who was let in. */
interface ThreadMark {
  ownerId: string;
  threadId: string;
  lastSeq: number;
  updatedAtMs: number;
}

/** Makes one snapshot for all who want one of the same thread at the same time, or while nothing happens in it. */
export interface SharedSnapshots {
  /** One that is no older than the mark; undefined when the thread is gone. */
  read(mark: ThreadMark): Promise<EncodedSnapshot | undefined>;
}

export interface SharedSnapshotsOptions {
  database: Database;
  /** The form in which it goes out. */
  finish(snapshot: Snapshot): Snapshot;
}

export function createSharedSnapshots({ database, finish }: SharedSnapshotsOptions): SharedSnapshots {
  const underWay = new Map<string, Promise<EncodedSnapshot | undefined>>();
  /** The one that was wanted last is the last. */
  const kept = new Map<string, EncodedSnapshot>();
  let keptBytes = 0;

  const forget = (threadId: string): void => {
    keptBytes -= kept.get(threadId)?.bytes.length ?? 0;
    kept.delete(threadId);
  };

  const keep = (threadId: string, snapshot: EncodedSnapshot): void => {
    forget(threadId);
    kept.set(threadId, snapshot);
    keptBytes += snapshot.bytes.length;
    for (const oldest of kept.keys()) {
      if (keptBytes <= maxKeptBytes) return;
      forget(oldest);
    }
  };

  const make = async (ownerId: string, threadId: string): Promise<EncodedSnapshot | undefined> => {
    const snapshot = await readSnapshot(database, ownerId, threadId);
    if (snapshot === undefined) {
      forget(threadId);
      return undefined;
    }
    const { thread, last_seq: lastSeq } = snapshot;
    const bytes = Buffer.from(JSON.stringify(finish(snapshot)));
    const updatedAtMs = Date.parse(thread.updated_at);
    const encoded = { ownerId, epoch: thread.epoch, lastSeq, updatedAtMs, bytes };
    keep(threadId, encoded);
    return encoded;
  };

  const makeOnce = ({ ownerId, threadId }: ThreadMark): Promise<EncodedSnapshot | undefined> => {
    const making = underWay.get(threadId) ?? make(ownerId, threadId).finally(() => underWay.delete(threadId));
    underWay.set(threadId, making);
    return making;
  };

  return {
    async read(mark) {
      const ready = kept.get(mark.threadId);
      if (ready !== undefined && isCurrent(ready, mark)) {
        keep(mark.threadId, ready);
        return ready;
      }
      // What was under way may have begun before the mark: then the next one, which begins now, is not.
      const first = await makeOnce(mark);
      return first === undefined || isCurrent(first, mark) ? first : makeOnce(mark);
    },
  };
}

function isCurrent(snapshot: EncodedSnapshot, mark: ThreadMark): boolean {
  return (
    snapshot.ownerId === mark.ownerId &&
    snapshot.lastSeq >= mark.lastSeq &&
    snapshot.updatedAtMs >= mark.updatedAtMs
  );
}
