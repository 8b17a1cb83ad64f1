import type { Thread as ThreadInfo } from '@netra/protocol';
import { NetraError } from './netra-error.ts';
import { createStore, type Store } from './store.ts';
import type { ThreadChange, Threads } from './threads.ts';

export interface ThreadListState {
  /** Latest change first. */
  readonly threads: readonly ThreadInfo[];
  /** True until the first page has arrived. */
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly error?: NetraError;
}

export interface ThreadList extends Store<ThreadListState> {
  /** Reads the first page and follows changes until the returned function is called. */
  start: () => () => void;
  loadMore: () => Promise<void>;
  reload: () => Promise<void>;
}

export function createThreadList(threads: Threads): ThreadList {
  const store = createStore<ThreadListState>({ threads: [], loading: true, hasMore: false });
  let nextCursor: string | undefined;
  let isStarted = false;

  async function read(cursor: string | undefined): Promise<void> {
    try {
      const page = await threads.list(cursor === undefined ? {} : { cursor });
      nextCursor = page.next_cursor;
      const kept = cursor === undefined ? [] : store.getState().threads;
      store.setState({ threads: merge(kept, page.items), loading: false, hasMore: nextCursor !== undefined });
    } catch (error) {
      // A list that stopped being shown has nobody to tell.
      if (!isStarted) return;
      store.setState({ ...store.getState(), loading: false, error: asNetraError(error) });
    }
  }

  return {
    getState: store.getState,
    subscribe: store.subscribe,
    start() {
      isStarted = true;
      const stop = threads.watch(
        (change) => store.setState(applyChange(store.getState(), change)),
        () => void read(undefined),
      );
      void read(undefined);
      return () => {
        isStarted = false;
        stop();
      };
    },
    loadMore: () => (nextCursor === undefined ? Promise.resolve() : read(nextCursor)),
    reload: () => read(undefined),
  };
}

function applyChange(state: ThreadListState, { type, thread }: ThreadChange): ThreadListState {
  const others = state.threads.filter(({ thread_id }) => thread_id !== thread.thread_id);
  return { ...state, threads: type === 'deleted' ? others : merge(others, [thread]) };
}

function merge(some: readonly ThreadInfo[], more: readonly ThreadInfo[]): ThreadInfo[] {
  const byId = new Map([...some, ...more].map((thread) => [thread.thread_id, thread]));
  return [...byId.values()].sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
}

function asNetraError(error: unknown): NetraError {
  return error instanceof NetraError ? error : new NetraError('response_unreadable', { cause: error });
}
