import type { ClientFrame, ServerFrame, Snapshot, ThreadEvent } from '@netra/protocol';
import { newId } from '@netra/protocol';
import { fullJitterMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { NetraError } from './netra-error.ts';

/** Waits between subscriptions that the server could not serve just now. */
const RETRY = { baseMs: 1_000, capMs: 15_000 } as const;

/** How far a thread was read: events up to `seq` of this `epoch` are applied. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

export type Subscribed = Extract<ServerFrame, { type: 'subscribed' }>;

export interface ThreadSyncOptions {
  readonly threadId: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Sends now, or returns false when there is no connection. */
  send(frame: ClientFrame): boolean;
  /** Each event once, in order, without gaps since the last snapshot. */
  onEvent(event: ThreadEvent): void;
  /** Everything known before is superseded. */
  onSnapshot(snapshot: Snapshot): void;
  /** The thread is live, after a snapshot or where it was. */
  onLive(): void;
  /** Not to be had; where waiting can help, it is tried again. */
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
  dispose(): void;
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
  let failures = 0;
  let cancelRetry = () => {};

  function subscribe(): void {
    cancelRetry();
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
      cancelRetry();
      options.send({ type: 'unsubscribe', id: newId('ref'), thread_id: threadId });
    },
    adopt(next) {
      position = next;
      isActive = true;
    },
    resume() {
      pendingRef = undefined;
      failures = 0;
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
      failures = 0;
      if (!frame.recovered && frame.snapshot !== undefined) {
        position = { epoch: frame.epoch, seq: frame.snapshot.last_seq };
        options.onSnapshot(frame.snapshot);
      }
      options.onLive();
    },
    refuse(ref, error) {
      if (ref !== pendingRef) return false;
      pendingRef = undefined;
      const { advice, afterMs } = error.retry;
      const canHelp = advice === 'backoff' || advice === 'after';
      isActive = canHelp;
      failures += 1;
      const waitMs = afterMs ?? fullJitterMs(failures, { ...RETRY, random: options.random });
      if (canHelp) cancelRetry = options.clock.after(waitMs, subscribe);
      options.onRefused(error);
      return true;
    },
    dispose: () => cancelRetry(),
  };
}
