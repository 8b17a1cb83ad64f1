import { type ClientFrame, type Refusal, refusal } from '@netra/protocol';
import type { Authenticate } from '../admission/authenticate.ts';
import { beginAttempt } from '../attempts/attempt.ts';
import type { Attempts } from '../attempts/attempts.ts';
import type { Feed, ReaderEnd } from '../event-log/feed.ts';
import type { Runs } from '../runs/runs.ts';
import type { Threads } from '../threads/threads.ts';
import type { Session } from './session.ts';
import { subscribedFrame } from './subscribed-frame.ts';
import { createUserContext } from './user-context.ts';

/** Threads that one connection may follow at once. */
const MAX_SUBSCRIPTIONS = 1_000;

export interface FrameHandlerOptions {
  threads: Threads;
  runs: Runs;
  feed: Feed;
  authenticate: Authenticate;
  attempts: Attempts;
  now: () => number;
}

export interface FrameHandlers {
  /** Answers one frame. What it throws is a defect; an expected "no" became an `error` frame. */
  handle(frame: ClientFrame, session: Session): Promise<void>;
}

type Frame<Type extends ClientFrame['type']> = Extract<ClientFrame, { type: Type }>;

export function createFrameHandlers(options: FrameHandlerOptions): FrameHandlers {
  return {
    async handle(frame, session) {
      const refused = await answer(frame, session, options);
      if (refused) session.sendError(refused, frame.id);
    },
  };
}

export type FrameLane = 'subscriptions' | 'identity';

/** Frames that change the same thing of their connection run one after the other, the rest beside them. */
export function laneOf({ type }: ClientFrame): FrameLane | undefined {
  if (type === 'renew_token') return 'identity';
  const isOfSubscriptions = type === 'user_message' || type === 'subscribe' || type === 'unsubscribe';
  return isOfSubscriptions ? 'subscriptions' : undefined;
}

async function answer(
  frame: ClientFrame,
  session: Session,
  options: FrameHandlerOptions,
): Promise<Refusal | undefined> {
  switch (frame.type) {
    case 'ping':
      session.send({ type: 'pong', at: timeOf(options), ...refOf(frame) });
      return undefined;
    case 'user_message':
      return postMessage(frame, session, options);
    case 'subscribe':
      return subscribe(frame, session, options);
    case 'unsubscribe':
      return unsubscribe(frame, session, options);
    case 'cancel_run':
      return cancelRun(frame, session, options);
    case 'decide_approval':
      return decideApproval(frame, session, options);
    case 'renew_token':
      return renewToken(frame, session, options);
  }
}

async function postMessage(
  frame: Frame<'user_message'>,
  session: Session,
  options: FrameHandlerOptions,
): Promise<Refusal | undefined> {
  const { subscriptions } = session;
  if (isFull(subscriptions, frame.thread_id)) return tooManySubscriptions();
  const context = session.context();
  const outcome = await options.threads.post({
    ownerId: context.userId,
    user: context.turnUser,
    text: frame.text,
    clientId: frame.id,
    ...(frame.thread_id === undefined ? {} : { threadId: frame.thread_id }),
    ...(frame.agent === undefined ? {} : { agent: frame.agent }),
    ...(frame.overlap === undefined ? {} : { overlap: frame.overlap }),
    // Synchronous and before any event: what makes the ack precede them on this socket.
    onStored(ack, join) {
      if (!session.isOpen()) return;
      session.send({ type: 'ack', at: timeOf(options), ref: frame.id, ...ack });
      if (!session.isOpen() || subscriptions.has(ack.thread_id)) return;
      subscriptions.set(ack.thread_id, join(readerOf(session, ack.thread_id)));
    },
  });
  return outcome.ok ? undefined : outcome.refusal;
}

async function subscribe(
  frame: Frame<'subscribe'>,
  session: Session,
  options: FrameHandlerOptions,
): Promise<Refusal | undefined> {
  const { subscriptions } = session;
  const threadId = frame.thread_id;
  if (isFull(subscriptions, threadId)) return tooManySubscriptions();
  // One snapshot at a time: the next is made when the last one is on its way.
  while (session.isOpen() && !session.flow.isReady()) await session.flow.drained();
  const outcome = await options.feed.subscribe({
    ownerId: session.context().userId,
    threadId,
    ...readerOf(session, threadId),
    ...(frame.epoch === undefined ? {} : { epoch: frame.epoch }),
    ...(frame.after_seq === undefined ? {} : { afterSeq: frame.after_seq }),
  });
  if (!outcome.ok) return outcome.refusal;
  if (!session.isOpen()) {
    outcome.close();
    return undefined;
  }
  subscriptions.get(threadId)?.close();
  subscriptions.set(threadId, outcome);
  const { subscribed, snapshot } = outcome;
  const fields = { at: timeOf(options), ...refOf(frame), thread_id: threadId, ...subscribed };
  session.sendShared(subscribedFrame(fields, snapshot));
  if (session.isOpen()) outcome.start();
  return undefined;
}

async function unsubscribe(
  frame: Frame<'unsubscribe'>,
  session: Session,
  options: FrameHandlerOptions,
): Promise<Refusal | undefined> {
  const { subscriptions } = session;
  const subscription = subscriptions.get(frame.thread_id);
  if (subscription === undefined) {
    const thread = await options.threads.get(session.context().userId, frame.thread_id);
    if (!thread.ok) return thread.refusal;
  }
  subscription?.close();
  subscriptions.delete(frame.thread_id);
  session.send({ type: 'ack', at: timeOf(options), ...refOf(frame) });
  return undefined;
}

/**
 * The connection as a reader of a thread; when the thread is gone, so is its subscription. One that stands before what
 * the log still holds is too slow for it, and resumes on a new connection, with a snapshot.
 */
function readerOf(session: Session, threadId: string): ReaderEnd {
  const { deliver, flow, subscriptions } = session;
  return {
    deliver,
    flow,
    onGone: () => void subscriptions.delete(threadId),
    onLost: () => session.end('slow_consumer'),
  };
}

async function cancelRun(
  frame: Frame<'cancel_run'>,
  session: Session,
  options: FrameHandlerOptions,
): Promise<Refusal | undefined> {
  const ownerId = session.context().userId;
  const outcome = await options.runs.cancel({ ownerId, runId: frame.run_id, by: 'user' });
  if (!outcome.ok) return outcome.refusal;
  session.send({ type: 'ack', at: timeOf(options), ...refOf(frame), run_id: frame.run_id });
  return undefined;
}

/** No tool asks for an approval yet, so none can be known. */
async function decideApproval(
  frame: Frame<'decide_approval'>,
  session: Session,
  { runs }: FrameHandlerOptions,
): Promise<Refusal> {
  const run = await runs.get(session.context().userId, frame.run_id);
  return run.ok ? refusal('approval_unknown') : run.refusal;
}

async function renewToken(
  frame: Frame<'renew_token'>,
  session: Session,
  { authenticate, attempts, now }: FrameHandlerOptions,
): Promise<Refusal | undefined> {
  const attempt = beginAttempt({ now });
  const result = await authenticate(frame.token, attempt);
  if (!result.ok) {
    attempts.record(attempt.finish(result.refusal));
    return result.refusal;
  }
  if (result.value.identity.userId !== session.context().userId) {
    const refused = refusal('token_user_mismatch');
    attempts.record(attempt.finish(refused));
    return refused;
  }
  const context = createUserContext({ ...result.value, traceId: session.connectionId });
  const expiresAt = new Date(context.expiresAtMs).toISOString();
  session.send({ type: 'token_renewed', at: timeOf({ now }), ...refOf(frame), token_expires_at: expiresAt });
  session.renew(context);
  return undefined;
}

function timeOf({ now }: { now: () => number }): string {
  return new Date(now()).toISOString();
}

function refOf(frame: ClientFrame): { ref?: string } {
  return frame.id === undefined ? {} : { ref: frame.id };
}

function isFull(subscriptions: ReadonlyMap<string, unknown>, threadId: string | undefined): boolean {
  const isNew = threadId === undefined || !subscriptions.has(threadId);
  return isNew && subscriptions.size >= MAX_SUBSCRIPTIONS;
}

function tooManySubscriptions(): Refusal {
  return refusal(
    'quota_exceeded',
    `A connection follows at most ${MAX_SUBSCRIPTIONS} threads; unsubscribe from some.`,
  );
}
