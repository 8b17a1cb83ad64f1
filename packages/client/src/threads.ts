import type { Message, Page, Thread as ThreadInfo } from '@netra/protocol';
import type { Thread } from './thread.ts';

export interface ListOptions {
  readonly cursor?: string;
  /** Rows of a page. Default 50, at most 200. */
  readonly limit?: number;
}

/** A change of the user's list of threads, made by any of their devices. */
export type ThreadChange = { readonly type: 'created' | 'updated' | 'deleted'; readonly thread: ThreadInfo };

export interface Threads {
  list(options?: ListOptions): Promise<Page<ThreadInfo>>;
  create(options?: { title?: string; agent?: string }): Promise<ThreadInfo>;
  get(threadId: string): Promise<ThreadInfo>;
  rename(threadId: string, title: string): Promise<ThreadInfo>;
  delete(threadId: string): Promise<void>;
  messages(threadId: string, options?: ListOptions): Promise<Page<Message>>;
  /** The live thread; the same object for the same id. */
  open(threadId: string): Thread;
  /** A thread that comes into being with its first message. */
  draft(options?: { agent?: string }): Thread;
  /** Calls `listener` for each change, and `onGap` when changes may have been missed (after each reconnect). */
  watch(listener: (change: ThreadChange) => void, onGap?: () => void): () => void;
}
