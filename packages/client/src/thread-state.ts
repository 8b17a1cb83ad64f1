import type { MessagePart, Overlap, RunStatus, Thread as ThreadInfo } from '@netra/protocol';
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
