import type { NetraError, Store } from '@netra/client';
import { asNetraError } from '../../ui/as-netra-error.ts';

/** What is known of something that is asked for again and again. What was seen last stays while it cannot be renewed. */
export type PollState<Data> =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: NetraError; readonly retryAtMs: number | undefined }
  | { readonly status: 'current'; readonly data: Data; readonly atMs: number }
  | {
      readonly status: 'stale';
      readonly data: Data;
      readonly atMs: number;
      readonly error: NetraError;
      readonly retryAtMs: number | undefined;
    };

/** Whether anybody can see the page. */
export interface Visibility {
  isHidden(): boolean;
  /** Calls `listener` when that changes; gives what ends it. */
  listen(listener: () => void): () => void;
}

interface PollOptions<Data> {
  readonly load: (signal: AbortSignal) => Promise<Data>;
  /** From an answer to the next question. Absent: asked once, and when `refresh` is called. */
  readonly everyMs?: number | undefined;
  readonly visibility: Visibility;
}

export interface Poll<Data> extends Store<PollState<Data>> {
  /** Begins to ask; gives what ends it. */
  start(): () => void;
  refresh(): void;
}

/** Asks one question at a time, and none while nobody can see the page. */
export function createPoll<Data>({ load, everyMs, visibility }: PollOptions<Data>): Poll<Data> {
  let state: PollState<Data> = { status: 'loading' };
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  let isRunning = false;

  function set(next: PollState<Data>): void {
    state = next;
    for (const notify of listeners) notify();
  }

  async function ask(): Promise<void> {
    clearTimeout(timer);
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    const retryAtMs = () => (everyMs === undefined ? undefined : Date.now() + everyMs);
    try {
      const data = await load(mine.signal);
      if (asking === mine) set({ status: 'current', data, atMs: Date.now() });
    } catch (thrown) {
      const failure = { error: asNetraError(thrown), retryAtMs: retryAtMs() };
      if (asking === mine)
        set('data' in state ? { ...state, ...failure, status: 'stale' } : { status: 'failed', ...failure });
    }
    if (asking !== mine) return;
    asking = undefined;
    if (isRunning && everyMs !== undefined) timer = setTimeout(askIfSeen, everyMs);
  }

  function askIfSeen(): void {
    if (!visibility.isHidden()) void ask();
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: () => void ask(),
    start() {
      isRunning = true;
      void ask();
      const unlisten = visibility.listen(() => {
        if (everyMs !== undefined && asking === undefined) askIfSeen();
      });
      return () => {
        isRunning = false;
        unlisten();
        clearTimeout(timer);
        asking?.abort();
        asking = undefined;
      };
    },
  };
}
