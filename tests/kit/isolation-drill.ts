import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase } from '@netra/service/testing';
import { expect } from 'vitest';
import { createCanary, createCanaryScan } from './canary-scan.ts';
import { CROWD_ISSUERS, crowdToken } from './crowd-issuer.ts';
import { type Dictation, dictatedAgentModule } from './dictated-agent.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { LightSocket } from './light-socket.ts';
import { poll } from './poll.ts';
import { ResumingClient } from './resuming-client.ts';
import { chooseSeed, seededRandom } from './seeded-random.ts';

export interface IsolationDrill {
  readonly users: number;
  readonly threadsPerUser: number;
  /** Goes on until so many frames were scanned. */
  readonly frames: number;
}

type Pick = <T>(from: readonly T[]) => T | undefined;

const DEADLINE_MS = 400_000;
const MOST_BETWEEN_CUTS_MS = 80;
const MOST_BETWEEN_TRESPASSES_MS = 120;

/**
 * Users talk in several threads on two servers, each thread read on two sockets that break and come back, while
 * everybody also reaches for what is not theirs. Everything that anybody receives is scanned, byte by byte.
 */
export async function drillIsolation(
  drill: IsolationDrill,
): Promise<{ frames: number; bytes: number; reached: number }> {
  const seed = chooseSeed();
  const random = seededRandom(seed);
  const pick: Pick = (from) => from[Math.floor(random() * from.length)];
  const database = await createTestDatabase();
  const fleet = await startFleet({
    database: database.connection,
    agents: [dictatedAgentModule],
    env: { TRUSTED_ISSUERS: CROWD_ISSUERS },
  });
  try {
    const port = (): number => pick(fleet.nodes)?.port ?? 0;
    const users = Array.from({ length: drill.users }, (_, index) =>
      createUser(index, { port, random, drill }),
    );
    const writers = users.flatMap((user) => user.writers);
    const stop = new AbortController();
    const talks = users.flatMap((user) =>
      user.writers.map((writer) => keepTalking(writer, user.canary, stop.signal)),
    );
    await poll(() => (writers.every(({ threadId }) => threadId !== undefined) ? true : undefined), {
      deadlineMs: 60_000,
      what: 'every thread to be there',
    });
    for (const user of users) user.follow();
    const readers = users.flatMap((user) => user.readers());
    const frames = (): number => readers.reduce((sum, reader) => sum + reader.frames, 0);
    const threads = writers.map(({ threadId = '' }) => threadId);
    const trespassing = trespass({ fleet, users, threads, pick, random, signal: stop.signal });
    const endsAtMs = performance.now() + DEADLINE_MS;
    while (frames() < drill.frames && performance.now() < endsAtMs) {
      pick(readers.filter((reader) => reader.isLive()))?.cut();
      await delay(random() * MOST_BETWEEN_CUTS_MS);
    }
    stop.abort();
    const reached = await trespassing;
    await Promise.all(talks);
    for (const reader of readers) reader.stop();
    const scans = users.map(({ scan }) => scan);
    expect({ seed, foreign: scans.flatMap(({ foreign }) => foreign) }).toEqual({ seed, foreign: [] });
    expect({ seed, problems: readers.flatMap(({ problems }) => problems) }).toEqual({ seed, problems: [] });
    // Who saw nothing of their own proves nothing.
    expect(Math.min(...scans.map(({ own }) => own))).toBeGreaterThan(0);
    return { frames: frames(), bytes: scans.reduce((sum, { bytes }) => sum + bytes, 0), reached };
  } finally {
    await fleet.stop();
    await database.drop();
  }
}

interface World {
  readonly port: () => number;
  readonly random: () => number;
  readonly drill: IsolationDrill;
}

type User = ReturnType<typeof createUser>;

function createUser(index: number, { port, random, drill }: World) {
  const canary = createCanary();
  const token = crowdToken(`isolated-${index}`);
  const scan = createCanaryScan(canary);
  const open = (threadId?: string): ResumingClient => {
    // One scan for each socket: a word is cut between two reads of one socket, not of two.
    const own = createCanaryScan(canary);
    scans.push(own);
    const place = threadId === undefined ? {} : { threadId };
    return new ResumingClient({ port, token, random, ...place, onBytes: own.look });
  };
  const scans = [scan];
  const writers = Array.from({ length: drill.threadsPerUser }, () => open());
  const followers: ResumingClient[] = [];
  return {
    token,
    canary,
    writers,
    look: scan.look,
    readers: () => [...writers, ...followers],
    follow: () => followers.push(...writers.map(({ threadId }) => open(threadId))),
    scan: {
      get bytes() {
        return scans.reduce((sum, { bytes }) => sum + bytes, 0);
      },
      get own() {
        return scans.reduce((sum, each) => sum + each.own, 0);
      },
      get foreign() {
        return scans.flatMap(({ foreign }) => foreign);
      },
    },
  };
}

async function keepTalking(writer: ResumingClient, canary: string, signal: AbortSignal): Promise<void> {
  const dictation: Dictation = { count: 100, everyMs: 15, as: 'thinking', word: `${canary} ` };
  while (!signal.aborted) {
    await writer.say(JSON.stringify(dictation), 'dictated');
    await poll(() => (writer.endedRuns >= writer.sent ? true : undefined), { deadlineMs: 60_000 });
  }
}

interface Trespassing {
  readonly fleet: Fleet;
  readonly users: readonly User[];
  readonly threads: readonly string[];
  readonly pick: Pick;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Everybody asks for threads of others, on a socket and over REST. Resolves to how often both refused it. */
async function trespass({ fleet, users, threads, pick, random, signal }: Trespassing): Promise<number> {
  let reached = 0;
  while (!signal.aborted) {
    const user = pick(users);
    const own = user?.writers.map(({ threadId }) => threadId);
    const threadId = pick(threads.filter((id) => own?.includes(id) === false));
    const node = pick(fleet.nodes);
    if (user === undefined || threadId === undefined || node === undefined) return reached;
    const isRefused = await trySocket(node.port, user, threadId);
    const headers = { authorization: `Bearer ${user.token}` };
    for (const path of ['', '/messages', '/events?after_seq=0']) {
      const answer = await fetch(`${node.url}/v1/threads/${threadId}${path}`, { headers });
      expect([path, answer.status]).toEqual([path, 404]);
      user.look(Buffer.from(await answer.arrayBuffer()));
    }
    if (isRefused) reached++;
    await delay(random() * MOST_BETWEEN_TRESPASSES_MS);
  }
  return reached;
}

/** Resolves to whether every frame was refused; a socket that was not let in asked for nothing. */
function trySocket(port: number, { token, look }: User, threadId: string): Promise<boolean> {
  return new Promise((resolve) => {
    const frames = [
      { type: 'subscribe', id: 'a', thread_id: threadId },
      { type: 'subscribe', id: 'b', thread_id: threadId, epoch: 'x', after_seq: 1 },
      { type: 'unsubscribe', id: 'c', thread_id: threadId },
      { type: 'user_message', id: 'd', thread_id: threadId, text: 'let me in', overlap: 'steer' },
      { type: 'ping', id: 'last' },
    ];
    let refused = 0;
    new LightSocket({
      port,
      token,
      onBytes: look,
      onFrame(text, socket) {
        if (text.includes('"connection_established"')) for (const frame of frames) socket.send(frame);
        if (text.includes('"thread_unknown"')) refused++;
        if (refused >= 3 && text.includes('"ref":"d"')) socket.close();
      },
      onEnd: () => resolve(refused >= 3),
    });
  });
}
