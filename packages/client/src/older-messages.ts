import type { Message, Page } from '@netra/protocol';
import { prependMessages } from './apply-snapshot.ts';
import type { Rest } from './rest.ts';
import type { WritableStore } from './store.ts';
import type { ThreadState } from './thread-state.ts';

/** Reads a thread backwards from its snapshot, page by page. */
export interface OlderMessages {
  /** A new snapshot: its cursor is the one that counts. */
  restart: (cursor: string | undefined) => void;
  load: () => Promise<void>;
}

export function createOlderMessages(rest: Rest, store: WritableStore<ThreadState>): OlderMessages {
  let cursor: string | undefined;
  let loading: Promise<void> | undefined;

  async function read(path: string, from: string): Promise<void> {
    store.setState({ ...store.getState(), loadingOlder: true });
    try {
      const page = await rest<Page<Message>>({ path, query: { cursor: from } });
      // A snapshot came meanwhile, and the page does not join on to it.
      if (cursor !== from) return;
      cursor = page.next_cursor;
      store.setState(prependMessages(store.getState(), page.items, cursor !== undefined));
    } finally {
      loading = undefined;
      store.setState({ ...store.getState(), loadingOlder: false });
    }
  }

  return {
    restart(next) {
      cursor = next;
    },
    load() {
      const { threadId } = store.getState();
      if (threadId === undefined || cursor === undefined) return Promise.resolve();
      loading ??= read(`/v1/threads/${encodeURIComponent(threadId)}/messages`, cursor);
      return loading;
    },
  };
}
