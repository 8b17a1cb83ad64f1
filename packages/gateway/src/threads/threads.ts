import type { TurnUser } from '@netra/agent';
import type {
  Message,
  MessageAck,
  Overlap,
  Page,
  Refusal,
  Snapshot,
  Thread,
  ThreadEvent,
} from '@netra/protocol';
import type { Deliver, Subscription } from '../event-log/feed.ts';

/** An expected outcome: the value, or the reason why not. */
export type Outcome<Value> = { ok: true; value: Value } | { ok: false; refusal: Refusal };

/** Joins the thread's feed at exactly this message, without a query and without a gap: the ack proves ownership. */
export type JoinFeed = (deliver: Deliver) => Subscription;

export interface PostRequest {
  ownerId: string;
  /** What the turn tells the agent about the user; `userId` is `ownerId`. Kept with the run for a take-over. */
  user: TurnUser;
  text: string;
  /** The frame's `id` or the `Idempotency-Key`: the same one within 24 h is the same message. */
  clientId: string;
  /** Absent: a new thread. */
  threadId?: string;
  agent?: string;
  /** Default `enqueue`. */
  overlap?: Overlap;
  /**
   * Called synchronously once the message is durable and before any event of it is delivered to anyone on this node.
   * Called for an idempotent replay too. Write the `ack` here, then `join` unless the socket is subscribed already
   * (calling `start()` on what `join` returns is not needed). Must not throw.
   */
  onStored?: (ack: MessageAck, join: JoinFeed) => void;
}

export type PostOutcome = { ok: true; ack: MessageAck } | { ok: false; refusal: Refusal };

export interface PageRequest {
  /** `next_cursor` of the page before. A broken one is `request_malformed`. */
  cursor?: string;
  /** Default 50, at most 200. */
  limit?: number;
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
  create(ownerId: string, fields: { title?: string; agent?: string }): Promise<Outcome<Thread>>;
  update(ownerId: string, threadId: string, fields: { title: string }): Promise<Outcome<Thread>>;
  /** Deletes the thread with all that was said in it; its open runs stop. Resolves to the thread as it last was. */
  delete(ownerId: string, threadId: string): Promise<Outcome<Thread>>;
  /** Oldest first within a page; the first page holds the latest, `next_cursor` leads to older ones. */
  messages(ownerId: string, threadId: string, page?: PageRequest): Promise<Outcome<Page<Message>>>;
  /** Events after `afterSeq` (default 0). For the next page pass the last `seq`; `next_cursor` is that number as text. */
  events(
    ownerId: string,
    threadId: string,
    page: { afterSeq?: number; limit?: number },
  ): Promise<Outcome<Page<ThreadEvent>>>;
  snapshot(ownerId: string, threadId: string): Promise<Outcome<Snapshot>>;
}
