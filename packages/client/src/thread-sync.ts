import type { ClientFrame, ServerFrame, Snapshot, ThreadEvent } from '@netra/protocol';
import { newId } from '@netra/protocol';
import type { NetraError } from './netra-error.ts';

/** How far a thread was read: events up to `seq` of this `epoch` are applied. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

export type Subscribed = Extract<ServerFrame, { type: 'subscribed' }>;

export interface ThreadSyncOptions {
  readonly threadId: string;
  /** Sends now, or returns false when there is no connection. */
  send(frame: ClientFrame): boolean;
  /** Each event once, in order, without gaps since the last snapshot. */
  onEvent(event: ThreadEvent): void;
  /** Everything known before is superseded. */
  onSnapshot(snapshot: Snapshot): void;
  onRefused(error: NetraError): void;
}

export interface ThreadSync {
  readonly position: Position | undefined;
  start(): void;
  stop(): void;
  /** The server subscribed us by itself: events after `position` follow. */
  adopt(position: Position): void;
  /** A new connection knows of no subscription. */
  resume(): void;
  receiveEvent(event: ThreadEvent): void;
  receiveSubscribed(frame: Subscribed): void;
  /** True when `ref` is that of our subscription. */
  refuse(ref: string, error: NetraError): boolean;
}

/**
 * Follows one thread over disconnects:
 *
 *   subscribe(epoch, after_seq) → subscribed recovered:true  → events from after_seq + 1
 *                               → subscribed recovered:false → snapshot, events from its last_seq + 1
 *
 * An event that was seen already is dropped, one that is too far ahead leads to a new subscription.
 */
export function createThreadSync(options: ThreadSyncOptions): ThreadSync {
  const { threadId } = options;
  let position: Position | undefined;
  let isActive = false;
  let pendingRef: string | undefined;

  function subscribe(): void {
    const id = newId('ref');
    const resume = position === undefined ? {} : { epoch: position.epoch, after_seq: position.seq };
    pendingRef = options.send({ type: 'subscribe', id, thread_id: threadId, ...resume }) ? id : undefined;
  }

  return {
    get position() {
      return position;
    },
    start() {
      if (isActive) return;
      isActive = true;
      subscribe();
    },
    stop() {
      if (!isActive) return;
      isActive = false;
      pendingRef = undefined;
      options.send({ type: 'unsubscribe', id: newId('ref'), thread_id: threadId });
    },
    adopt(next) {
      position = next;
      isActive = true;
    },
    resume() {
      pendingRef = undefined;
      if (isActive) subscribe();
    },
    receiveEvent(event) {
      if (!isActive) return;
      const lastSeq = position?.epoch === event.epoch ? position.seq : undefined;
      if (lastSeq !== undefined && event.seq <= lastSeq) return;
      if (lastSeq !== undefined && event.seq === lastSeq + 1) {
        position = { epoch: event.epoch, seq: event.seq };
        options.onEvent(event);
      } else if (pendingRef === undefined) {
        subscribe();
      }
    },
    receiveSubscribed(frame) {
      if (pendingRef === undefined || frame.ref !== pendingRef) return;
      pendingRef = undefined;
      if (frame.recovered) return;
      if (frame.snapshot === undefined) return;
      position = { epoch: frame.epoch, seq: frame.snapshot.last_seq };
      options.onSnapshot(frame.snapshot);
    },
    refuse(ref, error) {
      if (ref !== pendingRef) return false;
      pendingRef = undefined;
      isActive = false;
      options.onRefused(error);
      return true;
    },
  };
}
