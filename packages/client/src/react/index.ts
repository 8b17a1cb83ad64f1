import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { NetraClient } from '../client.ts';
import type { ConnectionState } from '../connection-state.ts';
import type { Store } from '../store.ts';
import type { Thread } from '../thread.ts';
import { createThreadList, type ThreadList, type ThreadListState } from '../thread-list.ts';
import type { ThreadState } from '../thread-state.ts';

/** The connection's state, for a banner. */
export function useConnection(client: NetraClient): ConnectionState {
  return useStore(client.connection);
}

/** A thread's state; the thread is live while the component is mounted. */
export function useThread(thread: Thread): ThreadState {
  return useStore(thread);
}

/** The user's threads, newest first, kept current by what any of their devices does. */
export function useThreadList(
  client: NetraClient,
): ThreadListState & Pick<ThreadList, 'loadMore' | 'reload'> {
  const list = useMemo(() => createThreadList(client.threads), [client]);
  useEffect(() => list.start(), [list]);
  const state = useStore(list);
  return useMemo(() => ({ ...state, loadMore: list.loadMore, reload: list.reload }), [state, list]);
}

function useStore<State>(store: Store<State>): State {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  const getState = useCallback(() => store.getState(), [store]);
  return useSyncExternalStore(subscribe, getState, getState);
}
