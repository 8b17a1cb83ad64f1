import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('./crowd-worker.ts', import.meta.url));

export interface CrowdMember {
  readonly token: string;
  /** The thread to follow; without one the client only stays connected. */
  readonly threadId?: string;
}

export type CrowdOrder =
  | {
      readonly kind: 'join';
      readonly members: readonly CrowdMember[];
      readonly ports: readonly number[];
      readonly spreadMs: number;
    }
  | { readonly kind: 'report'; readonly isDetailed: boolean };

export interface MemberReport {
  readonly threadId: string | undefined;
  readonly firstSeq: number | undefined;
  readonly lastSeq: number;
  readonly snapshots: number;
  /** Of all events that it kept. */
  readonly digest: string;
}

export interface CrowdReport {
  /** Connected. */
  readonly open: number;
  /** Connected, subscribed and up to date. */
  readonly live: number;
  /** When connections were established since the last report. */
  readonly arrivedAtMs: readonly number[];
  /** The longest time that a server asked anybody to stay away. */
  readonly drainWindowMs: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  readonly members: readonly MemberReport[];
}

/** Clients by the thousand, in processes of their own, so that they cost the servers and the test no time. */
export interface Crowd {
  /** They connect over this time. */
  join(members: readonly CrowdMember[], options: { ports: readonly number[]; spreadMs: number }): void;
  report(options?: { isDetailed: boolean }): Promise<CrowdReport>;
  stop(): Promise<void>;
}

export function startCrowd({ processes }: { processes: number }): Crowd {
  const execArgv = ['--conditions=netra-source', '--import', import.meta.resolve('tsx')];
  const env = { PATH: process.env.PATH ?? '' };
  const workers = Array.from({ length: processes }, () =>
    fork(WORKER, { execArgv, env, serialization: 'advanced' }),
  );
  const order = (worker: ChildProcess, what: CrowdOrder): void => void worker.send(what);

  return {
    join(members, options) {
      for (const [index, worker] of workers.entries()) {
        const own = members.filter((_, at) => at % processes === index);
        order(worker, { kind: 'join', members: own, ...options });
      }
    },
    async report({ isDetailed } = { isDetailed: false }) {
      const reports = await Promise.all(
        workers.map(async (worker) => {
          const answer = once(worker, 'message');
          order(worker, { kind: 'report', isDetailed });
          return (await answer)[0] as CrowdReport; // what the worker sends is of this type
        }),
      );
      return reports.reduce(merge);
    },
    async stop() {
      const running = workers.filter(({ exitCode }) => exitCode === null);
      const ended = running.map((worker) => once(worker, 'exit'));
      for (const worker of running) worker.disconnect();
      await Promise.all(ended);
    },
  };
}

function merge(one: CrowdReport, other: CrowdReport): CrowdReport {
  const refusals = { ...one.refusals };
  for (const [code, count] of Object.entries(other.refusals)) refusals[code] = (refusals[code] ?? 0) + count;
  return {
    open: one.open + other.open,
    live: one.live + other.live,
    arrivedAtMs: [...one.arrivedAtMs, ...other.arrivedAtMs],
    drainWindowMs: Math.max(one.drainWindowMs, other.drainWindowMs),
    refusals,
    problems: [...one.problems, ...other.problems],
    members: [...one.members, ...other.members],
  };
}

/** The most that fell into any window of this length, and so the highest rate per window. */
export function peakPerWindow(atMs: readonly number[], windowMs: number): number {
  const sorted = [...atMs].sort((a, b) => a - b);
  let first = 0;
  let peak = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= windowMs) first++;
    peak = Math.max(peak, index - first + 1);
  }
  return peak;
}
