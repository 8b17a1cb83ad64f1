/** Something that holds a state and tells when it changed: the shape that React's `useSyncExternalStore` wants. */
export interface Store<State> {
  /** The present state. The same object until the next change. */
  getState: () => State;
  /** Calls `listener` after each change, until the returned function is called. */
  subscribe: (listener: () => void) => () => void;
}

export interface WritableStore<State> extends Store<State> {
  setState: (next: State) => void;
  readonly listenerCount: number;
}

export function createStore<State>(initial: State): WritableStore<State> {
  let state = initial;
  // Wrapped, so that one function may be subscribed twice and unsubscribed once.
  const listeners = new Set<{ call: () => void }>();
  return {
    getState: () => state,
    setState(next) {
      if (Object.is(next, state)) return;
      state = next;
      for (const listener of [...listeners]) listener.call();
    },
    subscribe(call) {
      const listener = { call };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    get listenerCount() {
      return listeners.size;
    },
  };
}
