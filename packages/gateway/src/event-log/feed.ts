import type { Refusal, Snapshot, ThreadEvent } from '@netra/protocol';

/** Takes one event, already encoded once for all sockets. Called synchronously, in order; must not throw. */
export type Deliver = (frameText: string, event: ThreadEvent) => void;

export interface Subscription {
  /** Starts the catch-up from the table and then the live events. Call it after the `subscribed` frame was written. */
  start(): void;
  /** No delivery after this returns. */
  close(): void;
}

export interface SubscribeRequest {
  ownerId: string;
  threadId: string;
  /** To resume: both, as last seen. */
  epoch?: string;
  afterSeq?: number;
  deliver: Deliver;
}

export type SubscribeOutcome =
  | ({
      ok: true;
      /** The fields of the `subscribed` frame. */
      subscribed: { epoch: string; last_seq: number; recovered: boolean; snapshot?: Snapshot };
    } & Subscription)
  | { ok: false; refusal: Refusal };

/** Brings each subscriber every event of its thread once, in order, without a gap, from any process. */
export interface Feed {
  /** Refusals: `thread_unknown`. What cannot be resumed becomes `recovered: false` with a snapshot. */
  subscribe(request: SubscribeRequest): Promise<SubscribeOutcome>;
  /** `thread_created`, `thread_updated`, `thread_deleted` frames for every socket of the user, from any process. */
  watchOwner(ownerId: string, deliver: (frameText: string) => void): { close(): void };
  /** Subscriptions open on this process, for status. */
  subscriptionCount(): number;
}
