import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase } from '@netra/service/testing';
import { CROWD_ISSUERS, crowdToken } from './crowd-issuer.ts';
import { type Dictation, dictatedAgentModule } from './dictated-agent.ts';
import { startFleet } from './fleet.ts';
import { type LightEnding, LightSocket } from './light-socket.ts';
import { poll } from './poll.ts';
import { percentile } from './resume-drill.ts';
import { ResumingClient } from './resuming-client.ts';

export interface StalledDrill {
  readonly stalled: number;
  readonly others: number;
  /** How long is measured while everybody reads. */
  readonly beforeMs: number;
  /** How long while the stalled do not: long enough for the kernel's buffers to fill, and the server's patience to end. */
  readonly duringMs: number;
  /** Between two large events of a thread that is followed by the stalled. */
  readonly loadEveryMs: number;
  /** What the stalled ask for: to go on from the last event, or, like who opens a thread anew, for a snapshot. */
  readonly joinWith: 'position' | 'snapshot';
}

export interface StalledFigures {
  /** Of the server, above what it had while everybody read. */
  readonly grownMb: number;
  readonly latencyMs: { readonly before: number; readonly during: number };
  readonly samples: { readonly before: number; readonly during: number };
  /** How those ended that the server had given up, once they read again. */
  readonly endings: readonly LightEnding[];
  readonly problems: readonly string[];
}

/** Of the 20 that a user may have; one more speaks. */
const SOCKETS_PER_USER = 19;
/** Just below the largest delta that stays one event. */
const LOAD_CHARS = 14_000;
const SAMPLE_EVERY_MS = 100;
const ENDED_WITHIN_MS = 30_000;
const LAST_WORDS_MS = 3_000;

/**
 * Readers of busy threads, and others with threads of their own. First all read, then the first ones are replaced by
 * such that stop reading; the load is the same. Linux only, for the memory of the server.
 */
export async function drillStalled(drill: StalledDrill): Promise<StalledFigures> {
  const database = await createTestDatabase();
  const fleet = await startFleet({
    database: database.connection,
    gateways: 1,
    agents: [dictatedAgentModule],
    env: { TRUSTED_ISSUERS: CROWD_ISSUERS },
  });
  const stop = new AbortController();
  try {
    const node = fleet.nodes[0];
    if (node === undefined) throw new Error('there is no gateway');
    const port = (): number => node.port;
    const { others, latencies } = openOthers(drill.others, port, stop.signal);
    const load: Dictation = {
      count: 10_000,
      everyMs: drill.loadEveryMs,
      as: 'thinking',
      padding: LOAD_CHARS,
    };
    const users = Math.ceil(drill.stalled / SOCKETS_PER_USER);
    const speakers = Array.from({ length: users }, (_, index) => {
      const token = crowdToken(`busy-${index}`);
      const client = new ResumingClient({ port, token, random: Math.random });
      void client.say(JSON.stringify(load), 'dictated');
      return { token, client };
    });
    await poll(() => (speakers.every(({ client }) => client.lastSeq > 2) ? true : undefined), {
      deadlineMs: 30_000,
    });
    const members = Array.from({ length: drill.stalled }, (_, index) => {
      const speaker = speakers[index % users];
      return { token: speaker?.token ?? '', threadId: speaker?.client.threadId ?? '' };
    });

    const readers = members.map((member) => new ResumingClient({ port, random: Math.random, ...member }));
    await poll(() => (readers.every((reader) => reader.isLive()) ? true : undefined), { deadlineMs: 60_000 });
    const before = await measure(latencies, node.pid(), drill.beforeMs);
    for (const reader of readers) reader.stop();
    // Their places are free before the stalled ones want them.
    await poll(() => (readers.every((reader) => !reader.isOpen()) ? true : undefined), {
      deadlineMs: 30_000,
    });

    const endings: LightEnding[] = [];
    const stalled = members.map((member, index) => {
      const position = drill.joinWith === 'position' ? speakers[index % users]?.client.position() : undefined;
      return stall({ port: port(), ...member, ...position }, endings);
    });
    const during = await measure(latencies, node.pid(), drill.duringMs);
    for (const socket of stalled) socket.resume();
    // Their close frame comes behind what they had not read.
    await poll(() => (endings.length > 0 ? true : undefined), {
      deadlineMs: ENDED_WITHIN_MS,
      what: 'an ending',
    });
    for (let seen = 0; seen < endings.length; ) {
      seen = endings.length;
      await delay(LAST_WORDS_MS);
    }
    const ended = [...endings];
    for (const socket of stalled) socket.destroy();
    stop.abort();
    for (const { client } of [...speakers, ...others]) client.stop();
    return {
      grownMb: during.peakMb - before.peakMb,
      latencyMs: { before: percentile(before.latencies, 0.99), during: percentile(during.latencies, 0.99) },
      samples: { before: before.latencies.length, during: during.latencies.length },
      endings: ended,
      problems: [...speakers, ...others].flatMap(({ client }) => client.problems),
    };
  } finally {
    stop.abort();
    await fleet.stop();
    await database.drop();
  }
}

/** Each follows a quiet thread of its own; how long each event was on its way is noted. */
function openOthers(count: number, port: () => number, signal: AbortSignal) {
  const latencies: number[] = [];
  const dictation: Dictation = { count: 10_000, everyMs: SAMPLE_EVERY_MS, as: 'thinking', isTimed: true };
  const others = Array.from({ length: count }, (_, index) => {
    const client = new ResumingClient({
      port,
      token: crowdToken(`quiet-${index}`),
      random: Math.random,
      onEvent(event) {
        if (event.type !== 'agent_thinking' || signal.aborted) return;
        latencies.push(Date.now() - Number(/@(\d+)/.exec(event.data.text)?.[1]));
      },
    });
    void client.say(JSON.stringify(dictation), 'dictated');
    return { client };
  });
  return { others, latencies };
}

interface StalledMember {
  readonly port: number;
  readonly token: string;
  readonly threadId: string;
  readonly epoch?: string;
  readonly after_seq?: number;
}

/** Subscribes, and never reads again. */
function stall(member: StalledMember, endings: LightEnding[]): LightSocket {
  const { port, token, threadId, epoch, after_seq } = member;
  return new LightSocket({
    port,
    token,
    onFrame(text, socket) {
      if (!text.includes('"connection_established"')) return;
      socket.send({ type: 'subscribe', id: 'stalled', thread_id: threadId, epoch, after_seq });
      socket.pause();
    },
    onEnd: (ending) => endings.push(ending),
  });
}

async function measure(latencies: number[], pid: number, forMs: number) {
  latencies.length = 0;
  let peakMb = 0;
  const endsAtMs = performance.now() + forMs;
  while (performance.now() < endsAtMs) {
    peakMb = Math.max(peakMb, residentMb(pid));
    await delay(SAMPLE_EVERY_MS);
  }
  return { peakMb, latencies: [...latencies] };
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
