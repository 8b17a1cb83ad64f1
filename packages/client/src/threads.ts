import type { Message, Page, ServerFrame, Thread as ThreadInfo } from '@netra/protocol';
import type { Rest } from './rest.ts';
import type { Thread } from './thread.ts';
import type { ThreadRegistry } from './thread-registry.ts';

export interface ListOptions {
  /** `next_cursor` of the page before. */
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
  /** The live thread; the same object for the same id while it is in use. */
  open(threadId: string): Thread;
  /** A thread that comes into being with its first message. */
  draft(options?: { agent?: string }): Thread;
  /** Calls `listener` for each change, and `onGap` when changes may have been missed (after each reconnect). */
  watch(listener: (change: ThreadChange) => void, onGap?: () => void): () => void;
}

type ListFrame = Extract<ServerFrame, { type: 'thread_created' | 'thread_updated' | 'thread_deleted' }>;

const CHANGE_OF_FRAME = {
  thread_created: 'created',
  thread_updated: 'updated',
  thread_deleted: 'deleted',
} as const satisfies Record<ListFrame['type'], ThreadChange['type']>;

export interface ThreadWatchers {
  receive(frame: ListFrame): void;
  /** The connection was away: lists may have changed meanwhile. */
  reportGap(): void;
  watch: Threads['watch'];
}

export function createThreadWatchers(ensureConnection: () => void): ThreadWatchers {
  const watchers = new Set<{ listener: (change: ThreadChange) => void; onGap: (() => void) | undefined }>();
  return {
    receive({ type, thread }) {
      for (const { listener } of [...watchers]) listener({ type: CHANGE_OF_FRAME[type], thread });
    },
    reportGap() {
      for (const { onGap } of [...watchers]) onGap?.();
    },
    watch(listener, onGap) {
      const watcher = { listener, onGap };
      watchers.add(watcher);
      ensureConnection();
      return () => {
        watchers.delete(watcher);
      };
    },
  };
}

export function createThreads(rest: Rest, registry: ThreadRegistry, watchers: ThreadWatchers): Threads {
  const root = '/v1/threads';
  const pathOf = (threadId: string) => `${root}/${encodeURIComponent(threadId)}`;
  return {
    list: (options = {}) => rest({ path: root, query: { ...options } }),
    create: (options = {}) => rest({ method: 'POST', path: root, body: options }),
    get: (threadId) => rest({ path: pathOf(threadId) }),
    rename: (threadId, title) => rest({ method: 'PATCH', path: pathOf(threadId), body: { title } }),
    delete: async (threadId) => {
      await rest({ method: 'DELETE', path: pathOf(threadId) });
    },
    messages: (threadId, options = {}) =>
      rest({ path: `${pathOf(threadId)}/messages`, query: { ...options } }),
    open: registry.open,
    draft: ({ agent } = {}) => registry.draft(agent),
    watch: watchers.watch,
  };
}
