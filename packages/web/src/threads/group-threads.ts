import type { Thread } from '@netra/protocol';

export interface ThreadGroup {
  readonly label: string;
  readonly threads: readonly Thread[];
}

/** Threads by the day of their last change, in the order given; groups without threads are left out. */
export function groupThreads(threads: readonly Thread[], nowMs: number): ThreadGroup[] {
  const groups = new Map<string, Thread[]>();
  for (const thread of threads) {
    const label = labelFor(Date.parse(thread.updated_at), nowMs);
    groups.set(label, [...(groups.get(label) ?? []), thread]);
  }
  return [...groups].map(([label, grouped]) => ({ label, threads: grouped }));
}

function labelFor(timeMs: number, nowMs: number): string {
  if (timeMs >= midnightMs(nowMs, 0)) return 'Today';
  if (timeMs >= midnightMs(nowMs, 1)) return 'Yesterday';
  return timeMs >= midnightMs(nowMs, 7) ? 'Last 7 days' : 'Earlier';
}

/** The local midnight so many days ago; days are not all of 24 hours. */
function midnightMs(nowMs: number, daysAgo: number): number {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  return day.setDate(day.getDate() - daysAgo);
}
