import { createHash } from 'node:crypto';
import type { CrowdMember, CrowdOrder, CrowdReport, MemberReport } from './crowd.ts';
import { ResumingClient } from './resuming-client.ts';

/** One process of a crowd: holds its clients and tells of them when it is asked. */
const clients: ResumingClient[] = [];
const arrivedAtMs: number[] = [];
let drainWindowMs = 0;
let turn = 0;

function join(members: readonly CrowdMember[], ports: readonly number[], spreadMs: number): void {
  for (const [index, { token, threadId }] of members.entries()) {
    const open = (): void => {
      clients.push(
        new ResumingClient({
          token,
          ...(threadId !== undefined && { threadId }),
          // Round robin: nobody comes back to where it was.
          port: () => ports[turn++ % ports.length] ?? 0,
          random: Math.random,
          onArrival: () => arrivedAtMs.push(Date.now()),
          onDraining: (afterMs) => {
            drainWindowMs = Math.max(drainWindowMs, afterMs);
          },
        }),
      );
    };
    setTimeout(open, (index * spreadMs) / members.length);
  }
}

function report(isDetailed: boolean): CrowdReport {
  const refusals: Record<string, number> = {};
  for (const client of clients)
    for (const [code, count] of client.refusals) refusals[code] = (refusals[code] ?? 0) + count;
  return {
    open: clients.filter((client) => client.isOpen()).length,
    live: clients.filter((client) => client.isLive()).length,
    arrivedAtMs: arrivedAtMs.splice(0),
    drainWindowMs,
    refusals,
    problems: clients.flatMap(({ problems }) => problems).slice(0, 20),
    members: isDetailed ? clients.map(describe) : [],
  };
}

function describe({ threadId, kept, lastSeq, snapshots }: ResumingClient): MemberReport {
  const digest = digestOf(kept);
  return { threadId, firstSeq: kept[0]?.seq, lastSeq, snapshots, digest };
}

/** The same for the same events in the same order. */
function digestOf(events: readonly { seq: number; event_id: string }[]): string {
  const hash = createHash('sha256');
  for (const { seq, event_id: id } of events) hash.update(`${seq} ${id}\n`);
  return hash.digest('hex');
}

process.on('message', (order: CrowdOrder) => {
  if (order.kind === 'join') join(order.members, order.ports, order.spreadMs);
  else process.send?.(report(order.isDetailed));
});
// Its parent is gone or has no more use for it.
process.on('disconnect', () => process.exit());
