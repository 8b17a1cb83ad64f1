import { deliveryTurn } from './delivery.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { RawClient } from './raw-client.ts';
import { monotonicMs, stampsIn } from './send-events.ts';

const PER_SECOND = 25;

export interface JournalTurn {
  /** From the moment an event was made to the moment its client has read it. */
  p50Ms: number;
  p99Ms: number;
  /** Of one core, by the server. */
  cpuShare: number;
}

/** 25 events a second to each of the sockets, evenly. Every event must arrive. */
export async function journalTurn(
  server: MeasuredServer,
  clients: readonly RawClient[],
  durationMs: number,
): Promise<JournalTurn> {
  const delaysMs: number[] = [];
  for (const client of clients) {
    client.onBytes = (bytes) => {
      const nowMs = monotonicMs();
      for (const atMs of stampsIn(bytes)) delaysMs.push(nowMs - atMs);
    };
  }
  const rate = await deliveryTurn(server, clients, { perTick: 1, durationMs, perSecond: PER_SECOND });
  delaysMs.sort((a, b) => a - b);
  const at = (share: number) => delaysMs[Math.floor(delaysMs.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), cpuShare: rate.perWallSecond / rate.perCpuSecond };
}
