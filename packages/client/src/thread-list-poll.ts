import type { Page, Thread } from '@netra/protocol';

type ListFrame = { type: 'thread_created' | 'thread_updated' | 'thread_deleted'; thread: Thread };

/** What changed between two looks at the newest threads: what a WebSocket would have been told. */
export function createThreadListDiff(): (page: Page<Thread>) => ListFrame[] {
  let known: Map<string, Thread> | undefined;
  return (page) => {
    const before = known;
    known = new Map(page.items.map((thread) => [thread.thread_id, thread]));
    if (before === undefined) return [];
    const frames: ListFrame[] = [];
    for (const thread of page.items) {
      const old = before.get(thread.thread_id);
      if (old === undefined) frames.push({ type: 'thread_created', thread });
      else if (JSON.stringify(old) !== JSON.stringify(thread))
        frames.push({ type: 'thread_updated', thread });
    }
    // On a list with more pages a thread may also have left the first one.
    if (page.next_cursor !== undefined) return frames;
    for (const [id, thread] of before) {
      if (!known.has(id)) frames.push({ type: 'thread_deleted', thread });
    }
    return frames;
  };
}
