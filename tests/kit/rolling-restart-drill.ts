import { createHash } from 'node:crypto';
import type { ThreadEvent } from '@netra/protocol';
import { createTestDatabase } from '@netra/service/testing';
import { expect } from 'vitest';
import { type Crowd, type CrowdReport, peakPerWindow, startCrowd } from './crowd.ts';
import { CROWD_ISSUERS, crowdToken } from './crowd-issuer.ts';
import { type Dictation, dictatedAgentModule } from './dictated-agent.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { poll } from './poll.ts';
import { readLog } from './resume-drill.ts';
import { ResumingClient } from './resuming-client.ts';

export interface RollingRestart {
  readonly users: number;
  /** Sockets of each user; one more, which speaks, is added. All may stand on one server for a while. */
  readonly socketsPerUser: number;
  /** Of one run of a speaker, in seconds, at an event each half second. */
  readonly runSeconds: number;
  /** Time for the first connections. */
  readonly joinMs: number;
}

export interface RollingFigures {
  readonly clients: number;
  /** From SIGTERM to the last client that is back and up to date, per restart. */
  readonly backMs: readonly number[];
  /** The busiest second of reconnects, as a multiple of the rate to which the server spreads them. */
  readonly rateFactors: readonly number[];
  readonly snapshots: number;
  readonly events: number;
}

const EVENT_EVERY_MS = 500;
const DEADLINE_MS = 60_000;
const RATE_WINDOW_MS = 1_000;

/** Two servers are restarted one after the other under clients that go to either; all follow streaming runs. */
export async function drillRollingRestart(drill: RollingRestart): Promise<RollingFigures> {
  const database = await createTestDatabase();
  const fleet = await startFleet({
    database: database.connection,
    agents: [dictatedAgentModule],
    env: { TRUSTED_ISSUERS: CROWD_ISSUERS },
  });
  const crowd = startCrowd({ processes: 2 });
  const ports = fleet.nodes.map(({ port }) => port);
  const stop = new AbortController();
  try {
    const speakers = Array.from({ length: drill.users }, (_, index) =>
      speak(drill, index, { ports, signal: stop.signal }),
    );
    await poll(() => (speakers.every(({ client }) => client.lastSeq > 1) ? true : undefined), {
      deadlineMs: DEADLINE_MS,
      what: 'every thread to have events',
    });
    const members = speakers.flatMap(({ token, client }) =>
      Array.from({ length: drill.socketsPerUser }, () => ({ token, threadId: client.threadId ?? '' })),
    );
    crowd.join(members, { ports, spreadMs: drill.joinMs });
    await allLive(crowd, members.length);
    const restarts: { backMs: number; rateFactor: number }[] = [];
    for (const node of fleet.nodes) restarts.push(await restart(node, crowd, members.length));
    stop.abort();
    await Promise.all(speakers.map(({ talking }) => talking));
    const logs = await readLogs(fleet, speakers);
    const report = await poll(async () => {
      const seen = await crowd.report({ isDetailed: true });
      return seen.members.every(({ threadId = '', lastSeq }) => lastSeq === logs.get(threadId)?.length)
        ? seen
        : undefined;
    });
    compare(report, logs);
    expect(speakers.flatMap(({ client }) => client.problems)).toEqual([]);
    return {
      clients: members.length,
      backMs: restarts.map(({ backMs }) => backMs),
      rateFactors: restarts.map(({ rateFactor }) => rateFactor),
      // The first subscription of each is one by contract.
      snapshots: report.members.reduce((sum, { snapshots }) => sum + snapshots, 0),
      events: [...logs.values()].reduce((sum, log) => sum + log.length, 0),
    };
  } finally {
    stop.abort();
    await crowd.stop();
    await fleet.stop();
    await database.drop();
  }
}

function speak(
  { runSeconds }: RollingRestart,
  index: number,
  { ports, signal }: { ports: readonly number[]; signal: AbortSignal },
) {
  const count = (runSeconds * 1_000) / EVENT_EVERY_MS;
  const text = JSON.stringify({ count, everyMs: EVENT_EVERY_MS, as: 'message' } satisfies Dictation);
  const token = crowdToken(`rolling-${index}`);
  let turn = index;
  const client = new ResumingClient({
    token,
    port: () => ports[turn++ % ports.length] ?? 0,
    random: Math.random,
  });
  const talk = async (): Promise<void> => {
    while (!signal.aborted) {
      await client.say(text, 'dictated');
      await poll(() => (client.endedRuns >= client.sent ? true : undefined), {
        deadlineMs: DEADLINE_MS,
        everyMs: 100,
      });
    }
  };
  return { token, client, talking: talk() };
}

async function allLive(crowd: Crowd, count: number): Promise<number[]> {
  const arrivedAtMs: number[] = [];
  let last: CrowdReport | undefined;
  await poll(
    async () => {
      last = await crowd.report();
      arrivedAtMs.push(...last.arrivedAtMs);
      return last.live === count ? true : undefined;
    },
    {
      deadlineMs: DEADLINE_MS,
      everyMs: 50,
      what: () =>
        `${count} clients to be live; ${last?.live} are; refusals ${JSON.stringify(last?.refusals)}`,
    },
  );
  return arrivedAtMs;
}

async function restart(node: Fleet['nodes'][number], crowd: Crowd, count: number) {
  const startedAtMs = performance.now();
  const stopped = node.stop();
  const exitCode = await stopped;
  expect(exitCode).toBe(0);
  const arrivedAtMs = await allLive(crowd, count);
  const backMs = performance.now() - startedAtMs;
  await node.start();
  const { drainWindowMs } = await crowd.report();
  const spreadTo = (arrivedAtMs.length * RATE_WINDOW_MS) / Math.max(drainWindowMs, RATE_WINDOW_MS);
  return { backMs, rateFactor: peakPerWindow(arrivedAtMs, RATE_WINDOW_MS) / spreadTo };
}

async function readLogs({ nodes }: Fleet, speakers: readonly { token: string; client: ResumingClient }[]) {
  const logs = new Map<string, ThreadEvent[]>();
  for (const { token, client } of speakers) {
    const threadId = client.threadId ?? '';
    logs.set(threadId, await readLog(nodes[0]?.url ?? '', threadId, token));
  }
  return logs;
}

/** What each has kept is the log from its first event on. */
function compare({ members, problems }: CrowdReport, logs: ReadonlyMap<string, ThreadEvent[]>): void {
  expect(problems).toEqual([]);
  for (const { threadId = '', firstSeq = 1, digest } of members) {
    const hash = createHash('sha256');
    for (const { seq, event_id: id } of logs.get(threadId)?.slice(firstSeq - 1) ?? [])
      hash.update(`${seq} ${id}\n`);
    expect(digest).toBe(hash.digest('hex'));
  }
}
