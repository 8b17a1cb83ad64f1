import { setTimeout as delay } from 'node:timers/promises';
import type { Page, ThreadEvent } from '@netra/protocol';
import { createTestDatabase } from '@netra/service/testing';
import { expect } from 'vitest';
import { CROWD_ISSUERS, crowdToken } from './crowd-issuer.ts';
import { type Dictation, dictatedAgentModule } from './dictated-agent.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { poll } from './poll.ts';
import { ResumingClient } from './resuming-client.ts';
import { type RoundRobin, startRoundRobin } from './round-robin.ts';
import { talkWithSdk } from './sdk-talker.ts';
import { chooseSeed, seededRandom } from './seeded-random.ts';

export interface ResumeDrill {
  /** Written from the contract. */
  readonly clients: number;
  /** Of our SDK, over a balancer that gives each connection to the next server. */
  readonly sdkClients: number;
  /** Connections cut by the clients and by killed servers together. */
  readonly cuts: number;
  /** `kill -9` of one of the two servers, with a restart. */
  readonly kills: number;
}

export interface ResumeFigures {
  readonly cuts: number;
  readonly events: number;
  readonly snapshots: number;
  /** Of all that were written from the contract, as they came. */
  readonly caughtUpMs: readonly number[];
}

const DICTATION: Dictation = { count: 120, everyMs: 25, as: 'message' };
const MESSAGE = JSON.stringify(DICTATION);
const MOST_BETWEEN_CUTS_MS = 60;
const RUNS_END_WITHIN_MS = 60_000;
/** A client that is connected and has not got in this time what is in the log will not get it. */
const ARRIVES_WITHIN_MS = 3_000;

/**
 * Clients follow streaming runs on two servers of one database, and are cut again and again: by themselves, by `kill -9`
 * of a server, onto the other server. What each has seen in the end must be the log, event by event.
 */
export async function drillResume(drill: ResumeDrill): Promise<ResumeFigures> {
  const seed = chooseSeed();
  const random = seededRandom(seed);
  const database = await createTestDatabase();
  const fleetOf: { fleet?: Fleet } = {};
  const balancer = await startRoundRobin(() => portsUp(fleetOf.fleet));
  const fleet = await startFleet({
    database: database.connection,
    agents: [dictatedAgentModule],
    env: { TRUSTED_ISSUERS: CROWD_ISSUERS },
    gatewayEnv: { NETRA_PUBLIC_URL: balancer.url },
  });
  fleetOf.fleet = fleet;
  const stopTalking = new AbortController();
  try {
    const caughtUpMs: number[] = [];
    const clients = Array.from({ length: drill.clients }, (_, index) => {
      const token = crowdToken(`resume-${index}`);
      const port = () => anyPort(fleet, random);
      const onCaughtUp = (tookMs: number) => void caughtUpMs.push(tookMs);
      const client = new ResumingClient({ port, token, random, onCaughtUp });
      return { name: `resume-${index}`, token, client };
    });
    const raw = clients.map(({ client }) => client);
    const sdkProblems: string[] = [];
    const expectSound = (): void => {
      const problems = clients.flatMap(({ name, client }) =>
        client.problems.map((each) => `${name}: ${each}`),
      );
      expect({ seed, problems: [...problems, ...sdkProblems] }).toEqual({ seed, problems: [] });
    };
    const { signal } = stopTalking;
    const talks = Promise.all(clients.map((speaker) => keepTalking(speaker, fleet, signal)));
    // Heard of below, or late when something else fails first.
    talks.catch(() => undefined);
    const sdkTalks = Array.from({ length: drill.sdkClients }, (_, index) => {
      const token = crowdToken(`sdk-${index}`);
      const onProblem = (problem: string) => void sdkProblems.push(`sdk-${index}: ${problem}`);
      return talkWithSdk({ url: balancer.url, token, text: MESSAGE, agent: 'dictated', signal, onProblem });
    });
    await poll(() => (clients.every(({ client }) => client.lastSeq > 3) ? true : undefined), {
      deadlineMs: 30_000,
      what: () => `every run to stream; refused: ${JSON.stringify(raw.map(({ refusals }) => [...refusals]))}`,
    });
    const made = await cutAtRandom({ ...drill, fleet, balancer, raw, random, expectSound });
    stopTalking.abort();
    await talks;
    expectSound();
    const talkers = await Promise.all(sdkTalks);
    for (const { client, token } of clients) await compareWithLog(fleet, client, token, seed);
    expectSound();
    return {
      cuts: made,
      events: sum([...raw.map(({ kept }) => kept.length), ...talkers.map(({ events }) => events)]),
      snapshots: sum([...raw, ...talkers].map(({ snapshots }) => snapshots)),
      caughtUpMs,
    };
  } finally {
    stopTalking.abort();
    await balancer.stop();
    await fleet.stop();
    await database.drop();
  }
}

function portsUp(fleet: Fleet | undefined): number[] {
  return fleet?.nodes.filter((node) => node.isUp()).map(({ port }) => port) ?? [];
}

function anyPort({ nodes }: Fleet, random: () => number): number {
  const up = nodes.filter((node) => node.isUp());
  return (pick(up, random) ?? nodes[0])?.port ?? 0;
}

/** One run after the other in the same thread, until it is told to stop and the last one has ended. */
async function keepTalking(speaker: Speaker, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const { name, client } = speaker;
  while (!signal.aborted) {
    await client.say(MESSAGE, 'dictated');
    const noteArrival = watchArrival(speaker, fleet);
    await poll(
      async () => {
        if (client.endedRuns >= client.sent) return true;
        await noteArrival();
        if (client.problems.length > 0) throw new Error(`${name}: ${client.problems.join('; ')}`);
        return undefined;
      },
      {
        deadlineMs: RUNS_END_WITHIN_MS,
        what: () => `the end of run ${client.sent} of ${name}; problems: ${client.problems.join('; ')}`,
      },
    );
  }
}

/** Notes what is missing at the end of a client's log: no event comes after it that would show the gap. */
function watchArrival({ client, token }: Speaker, fleet: Fleet): () => Promise<void> {
  let place = '';
  let sinceMs = 0;
  /** Of the log, when the client had been at this place for a while. */
  let storedSeq = 0;
  return async () => {
    const here = `${client.connections} ${client.lastSeq}`;
    if (here !== place || !client.isLive()) {
      place = here;
      storedSeq = 0;
      sinceMs = performance.now();
    } else if (performance.now() - sinceMs > ARRIVES_WITHIN_MS) {
      const missing = `seq ${client.lastSeq + 1} is missing: the log had ${storedSeq} long ago`;
      if (storedSeq > client.lastSeq) client.problems.push(missing);
      const url = fleet.nodes.find((node) => node.isUp())?.url ?? '';
      // A server that is killed meanwhile tells nothing.
      const log = await readLog(url, client.threadId ?? '', token).catch(() => []);
      storedSeq = log.at(-1)?.seq ?? 0;
      sinceMs = performance.now();
    }
  };
}

interface Speaker {
  readonly name: string;
  readonly token: string;
  readonly client: ResumingClient;
}

interface Cutting extends ResumeDrill {
  readonly fleet: Fleet;
  readonly balancer: RoundRobin;
  readonly raw: readonly ResumingClient[];
  readonly random: () => number;
  /** Fails once a client has seen what the contract forbids. */
  readonly expectSound: () => void;
}

/** Resolves to how many connections were cut. */
async function cutAtRandom(cutting: Cutting): Promise<number> {
  const { fleet, balancer, raw, random, cuts, kills, expectSound } = cutting;
  const connections = (): number => sum(raw.map((client) => client.connections));
  const before = connections();
  let cutThrough = 0;
  const made = (): number => connections() - before + cutThrough;
  const sdkShare = cutting.sdkClients / (cutting.sdkClients + cutting.clients);
  let killed = 0;
  while (made() < cuts || killed < kills) {
    expectSound();
    if (killed < kills && made() >= (cuts * (killed + 0.5)) / kills) {
      killed++;
      const victim = pick(fleet.nodes, random);
      await victim?.kill();
      await delay(random() * 500);
      await victim?.start();
    }
    if (random() < sdkShare && balancer.open() > 0) {
      balancer.cut(Math.floor(random() * balancer.open()));
      cutThrough++;
    } else {
      pick(
        raw.filter((client) => client.isLive()),
        random,
      )?.cut();
    }
    await delay(random() * MOST_BETWEEN_CUTS_MS);
  }
  return made();
}

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}

async function compareWithLog(fleet: Fleet, client: ResumingClient, token: string, seed: number) {
  expect({ seed, problems: client.problems }).toEqual({ seed, problems: [] });
  const log = await readLog(fleet.nodes[0]?.url ?? '', client.threadId ?? '', token);
  const first = client.kept[0]?.seq ?? 1;
  const seen = client.kept.map(({ seq, event_id: id }) => `${seq} ${id}`);
  expect({ seed, seen }).toEqual({
    seed,
    seen: log.slice(first - 1).map(({ seq, event_id: id }) => `${seq} ${id}`),
  });
  const messages = log.filter(({ type }) => type === 'user_message');
  expect(messages.length).toBe(client.sent);
  const ends = log.filter(({ type }) => /^agent_(completed|failed|cancelled)$/.test(type));
  expect(ends.length).toBe(client.sent);
  expectNumbered(log);
}

/** The text of each run is 1, 2, 3 …, as far as it got. */
function expectNumbered(log: readonly ThreadEvent[]): void {
  const texts = new Map<string, string>();
  for (const event of log) {
    if (event.type !== 'agent_message') continue;
    texts.set(event.run_id, (texts.get(event.run_id) ?? '') + event.data.delta);
  }
  for (const text of texts.values()) {
    const numbers = text.trim().split(' ');
    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1)));
  }
}

export async function readLog(url: string, threadId: string, token: string): Promise<ThreadEvent[]> {
  const events: ThreadEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const answer = await fetch(`${url}/v1/threads/${threadId}/events?after_seq=${after}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw new Error(`the log answered ${answer.status}: ${await answer.text()}`);
    const { items } = (await answer.json()) as Page<ThreadEvent>; // the contract's tests check its shape
    if (items.length === 0) return events;
    events.push(...items);
  }
}

export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
