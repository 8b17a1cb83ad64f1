import type { MessageAck, MessagePart, Overlap, RunStatus, Thread as ThreadInfo } from '@netra/protocol';
import type { NetraError, NetraErrorCode } from './netra-error.ts';

export type MessageStatus = 'sending' | 'streaming' | 'complete' | 'partial' | 'failed' | 'cancelled';

/** Why a message failed, in words for people. */
export interface MessageReason {
  readonly code: NetraErrorCode;
  readonly title: string;
  readonly detail?: string;
  readonly fix: string;
  readonly retryable: boolean;
}

/** One message as a screen shows it. Unchanged messages keep their identity from state to state. */
export interface MessageView {
  /** Stable over sending, confirmation and reconnects. */
  readonly key: string;
  readonly role: 'user' | 'agent';
  readonly text: string;
  /** What an agent did, in order; empty for a user. */
  readonly parts: readonly MessagePart[];
  readonly status: MessageStatus;
  readonly reason?: MessageReason;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly messageId?: string;
  readonly runId?: string;
  readonly agent?: string;
  /** How an unconfirmed message of ours was sent, for sending it again. */
  readonly sentWith?: { readonly overlap?: Overlap; readonly agent?: string };
}

export interface ActiveRun {
  readonly runId: string;
  readonly status: Extract<RunStatus, 'queued' | 'running' | 'waiting_approval'>;
  readonly agent: string;
}

export interface ThreadState {
  readonly threadId?: string;
  readonly thread?: ThreadInfo;
  readonly messages: readonly MessageView[];
  /** The runs that have not ended, oldest first. */
  readonly openRuns: readonly ActiveRun[];
  /** The one that is under way; else the next queued one. */
  readonly activeRun?: ActiveRun;
  /** True until the first state of the thread has arrived. */
  readonly loading: boolean;
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  /** Why the thread cannot be shown, e.g. `thread_unknown`. */
  readonly error?: NetraError;
}

export function initialThreadState(threadId: string | undefined): ThreadState {
  const empty = { messages: [], openRuns: [], hasOlder: false, loadingOlder: false };
  return threadId === undefined ? { ...empty, loading: false } : { ...empty, threadId, loading: true };
}

export interface OwnMessage {
  /** The client's id of the message. */
  readonly id: string;
  readonly text: string;
  readonly createdAt: string;
  readonly sentWith: NonNullable<MessageView['sentWith']>;
}

/** Shows a message of ours before the server knows it. */
export function addOwnMessage(state: ThreadState, { id, ...message }: OwnMessage): ThreadState {
  const view: MessageView = { key: id, role: 'user', parts: [], status: 'sending', ...message };
  return { ...state, messages: [...state.messages, view] };
}

/** Our message is stored. A snapshot may have brought it already, under its other name. */
export function acceptOwnMessage(state: ThreadState, id: string, ack: MessageAck): ThreadState {
  const stored = state.messages.find((view) => view.messageId === ack.message_id && view.key !== id);
  if (stored !== undefined) {
    const messages = state.messages
      .filter(({ key }) => key !== id)
      .map((view) => (view === stored ? { ...view, key: id } : view));
    return { ...state, messages };
  }
  return updateMessage(state, id, (view) => confirmed(view, ack.message_id, ack.run_id));
}

/** Our message was not taken; it stays, with the reason, for another try. */
export function failOwnMessage(state: ThreadState, id: string, error: NetraError): ThreadState {
  return updateMessage(state, id, (view) => ({ ...view, status: 'failed', reason: messageReason(error) }));
}

/** An error as the reason that a message shows. */
export function messageReason({ code, title, detail, fix, retry }: NetraError): MessageReason {
  return {
    code,
    title,
    fix,
    retryable: retry.advice !== 'never',
    ...(detail === undefined ? {} : { detail }),
  };
}

export function removeMessage(state: ThreadState, key: string): ThreadState {
  return { ...state, messages: state.messages.filter((view) => view.key !== key) };
}

export function updateMessage(
  state: ThreadState,
  key: string,
  change: (view: MessageView) => MessageView,
): ThreadState {
  return { ...state, messages: state.messages.map((view) => (view.key === key ? change(view) : view)) };
}

/** The view of a stored message of ours: nothing of its sending is left. */
export function confirmed(view: MessageView, messageId: string, runId: string): MessageView {
  const { sentWith: _sentWith, reason: _reason, ...rest } = view;
  return { ...rest, status: 'complete', messageId, runId };
}

/** Sets the open runs, and with them the active one. */
export function withOpenRuns(state: ThreadState, openRuns: readonly ActiveRun[]): ThreadState {
  const { activeRun: _before, ...rest } = state;
  const activeRun = openRuns.find(({ status }) => status !== 'queued') ?? openRuns[0];
  return activeRun === undefined ? { ...rest, openRuns } : { ...rest, openRuns, activeRun };
}
