import type { Agent, TurnUser } from '@netra/agent';
import {
  clientRefSchema,
  describeIssues,
  type MessageAck,
  messageTextSchema,
  newId,
  type Overlap,
  type Refusal,
  refusal,
} from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Database } from '../event-log/database.ts';
import type { FeedSource, ReaderEnd, Subscription } from '../event-log/feed.ts';
import type { SerialQueues } from '../event-log/serial-queues.ts';
import { isUsableId } from '../event-log/usable-id.ts';
import type { Runner } from '../runs/runner.ts';
import { findKey, hashBody, PostRefused, replay } from './idempotency.ts';
import { type NewMessage, type StoredMessage, storeMessage } from './store-message.ts';

/** Joins the thread's feed at exactly this message, without a query and without a gap: the ack proves ownership. */
type JoinFeed = (reader: ReaderEnd) => Subscription;

export interface PostRequest {
  ownerId: string;
  /** What the turn tells the agent about the user; `userId` is `ownerId`. Kept with the run for a take-over. */
  user: TurnUser;
  text: string;
  /** The frame's `id` or the `Idempotency-Key`: the same one within 24 h is the same message. */
  clientId: string;
  /** Absent: a new thread. */
  threadId?: string | undefined;
  agent?: string | undefined;
  /** Default `enqueue`. */
  overlap?: Overlap | undefined;
  /**
   * Called synchronously once the message is durable and before any event of it is delivered to anyone on this node.
   * Called for an idempotent replay too. Write the `ack` here, then `join` unless the socket is subscribed already
   * (calling `start()` on what `join` returns is not needed). Must not throw.
   */
  onStored?: ((ack: MessageAck, join: JoinFeed) => void) | undefined;
}

export type PostOutcome = { ok: true; ack: MessageAck } | { ok: false; refusal: Refusal };

export interface PostOptions {
  database: Database;
  queues: SerialQueues;
  feed: FeedSource;
  runner: Runner;
  agents: ReadonlyMap<string, Agent>;
  defaultAgent: string;
  log: Logger;
  now: () => number;
}

export function createPost(options: PostOptions): (request: PostRequest) => Promise<PostOutcome> {
  const { database, queues, feed, runner, log } = options;

  const store = async (message: NewMessage): Promise<StoredMessage | { replayed: MessageAck }> => {
    try {
      return await database
        .transaction()
        .execute((transaction) => storeMessage(transaction, message, runner.claimant()));
    } catch (thrown) {
      if (!(thrown instanceof PostRefused) || thrown.refusal !== 'key_taken') throw thrown;
      const known = await findKey(database, message.key);
      if (known.kind === 'same') return { replayed: await replay(database, message.key, known.ack) };
      throw new PostRefused(refusal('idempotency_conflict'));
    }
  };

  const announce = (message: NewMessage, stored: StoredMessage): void => {
    const { ownerId } = message.key;
    const { ack, thread, claimed } = stored;
    feed.notice(ownerId, stored.isNewThread ? 'thread_created' : 'thread_updated', thread);
    feed.deliver(ownerId, thread.thread_id, stored.events);
    if (claimed !== undefined) {
      const question = { role: 'user', text: message.text } as const;
      runner.execute(claimed, stored.isNewThread ? { messages: [question], steeringIds: [] } : undefined);
    }
    if (stored.isSteering) runner.steer(ack.run_id, { messageId: ack.message_id, text: message.text });
    for (const run of stored.interrupted) {
      if (run.status !== 'queued') runner.cancel(run.run_id, 'interrupt');
    }
    // Not awaited: it waits for the thread's queue, which this post holds.
    if (stored.interrupted.some(({ status }) => status === 'queued')) {
      void runner.startNext({ ownerId, threadId: thread.thread_id });
    }
  };

  const postInTurn = async (message: NewMessage, onStored: PostRequest['onStored']): Promise<PostOutcome> => {
    const stored = await store(message);
    const ack = 'replayed' in stored ? stored.replayed : stored.ack;
    const isCurrent = !('replayed' in stored);
    const join: JoinFeed = (reader) => {
      const place = { ownerId: message.key.ownerId, threadId: ack.thread_id, nextSeq: ack.seq };
      const subscription = feed.join({ ...reader, ...place, isCurrent });
      subscription.start();
      return subscription;
    };
    try {
      onStored?.(ack, join);
    } catch (cause) {
      // The message is stored: its run starts whatever became of the one who sent it.
      log.error({ err: cause }, 'threads: an onStored callback threw');
    }
    if (!('replayed' in stored)) announce(message, stored);
    return { ok: true, ack };
  };

  return async (request) => {
    const refused = validate(request, options.agents);
    if (refused !== undefined) return { ok: false, refusal: refused };
    const message = newMessage(request, options);
    try {
      return await queues.run(message.threadId ?? message.newThreadId, () =>
        postInTurn(message, request.onStored),
      );
    } catch (thrown) {
      if (thrown instanceof PostRefused && thrown.refusal !== 'key_taken')
        return { ok: false, refusal: thrown.refusal };
      throw thrown;
    }
  };
}

function validate(
  { text, clientId, agent, threadId }: PostRequest,
  agents: ReadonlyMap<string, Agent>,
): Refusal | undefined {
  const parsedText = messageTextSchema.safeParse(text);
  if (!parsedText.success) return refusal('message_invalid', describeIssues(parsedText.error.issues));
  if (!clientRefSchema.safeParse(clientId).success)
    return refusal('message_invalid', 'The id of the message is not usable.');
  if (threadId !== undefined && !isUsableId(threadId)) return refusal('thread_unknown');
  if (agent !== undefined && !agents.has(agent)) return refusal('agent_unknown');
  return undefined;
}

function newMessage(request: PostRequest, { defaultAgent, now }: PostOptions): NewMessage {
  const { ownerId, clientId, text, threadId, agent, overlap = 'enqueue' } = request;
  const bodyHash = hashBody([text, threadId, agent, overlap]);
  return {
    key: { ownerId, clientId, bodyHash, nowMs: now() },
    user: { ...request.user, userId: ownerId },
    text,
    threadId,
    newThreadId: newId('thr'),
    agent,
    defaultAgent,
    overlap,
  };
}
