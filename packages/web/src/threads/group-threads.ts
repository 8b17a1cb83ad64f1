import type { Thread } from '@netra/protocol';

export interface ThreadGroup {
  readonly label: string;
  readonly threads: readonly Thread[];
}

const dayMs = 24 * 60 * 60_000;

/** Threads by the day of their last change, in the order given; groups without threads are left out. */
export function groupThreads(threads: readonly Thread[], nowMs: number): ThreadGroup[] {
  const todayMs = new Date(nowMs).setHours(0, 0, 0, 0);
  const groups = new Map<string, Thread[]>();
  for (const thread of threads) {
    const label = labelFor(Date.parse(thread.updated_at), todayMs);
    groups.set(label, [...(groups.get(label) ?? []), thread]);
  }
  return [...groups].map(([label, grouped]) => ({ label, threads: grouped }));
}

function labelFor(timeMs: number, todayMs: number): string {
  if (timeMs >= todayMs) return 'Today';
  if (timeMs >= todayMs - dayMs) return 'Yesterday';
  return timeMs >= todayMs - 7 * dayMs ? 'Last 7 days' : 'Earlier';
}
