import type { OpsRefusals } from '@netra/protocol';

type Refused = OpsRefusals['items'][number];

/** `unexplained`: how many of them nobody has looked at yet. */
export interface FoldedRefusals extends Refused {
  readonly unexplained: number;
}

/** What is not explained yet stands with the most frequent cause of its code, until it is. */
export function foldUnexplained(items: readonly Refused[]): FoldedRefusals[] {
  const folded = items
    .filter(({ cause }) => cause !== undefined)
    .map((item) => ({ ...item, unexplained: 0 }));
  for (const item of items) {
    if (item.cause !== undefined) continue;
    const index = folded.findIndex(({ code }) => code === item.code);
    const host = folded[index];
    if (host === undefined) folded.push({ ...item, unexplained: item.count });
    else folded[index] = { ...together(host, item), unexplained: item.count };
  }
  return folded.sort((a, b) => b.count - a.count);
}

/** Who was met by both is not known: there are at least as many users as on the side with more. */
function together(host: Refused, item: Refused): Refused {
  return {
    ...host,
    count: host.count + item.count,
    user_count: Math.max(host.user_count, item.user_count),
    first_seen: host.first_seen < item.first_seen ? host.first_seen : item.first_seen,
    last_seen: host.last_seen > item.last_seen ? host.last_seen : item.last_seen,
  };
}
