import type { NetraClient } from '@netra/client';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClient } from '../../chat/client-context.ts';
import { createPoll, type PollState, type Visibility } from './poll.ts';

export type Polled<Data> = PollState<Data> & { readonly refresh: () => void };

/** `load` must be the same function from one rendering to the next; another one asks anew. */
export function usePoll<Data>(
  load: (client: NetraClient, signal: AbortSignal) => Promise<Data>,
  { everyMs, isPaused = false }: { everyMs?: number | undefined; isPaused?: boolean } = {},
): Polled<Data> {
  const client = useClient();
  const poll = useMemo(
    () => createPoll({ load: (signal) => load(client, signal), everyMs, visibility }),
    [client, load, everyMs],
  );
  useEffect(() => {
    if (!isPaused) return poll.start();
    // What is paused keeps what was seen; what was never seen is still asked for.
    if (poll.getState().status === 'loading') poll.refresh();
    return undefined;
  }, [poll, isPaused]);
  const subscribe = useCallback((listener: () => void) => poll.subscribe(listener), [poll]);
  const state = useSyncExternalStore(subscribe, poll.getState, poll.getState);
  return useMemo(() => ({ ...state, refresh: poll.refresh }), [state, poll]);
}

const visibility: Visibility = {
  isHidden: () => document.hidden,
  listen(listener) {
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  },
};
