import type { ThreadEvent } from '@netra/protocol';
import { createTestDatabase } from '@netra/service/testing';
import { expect, it } from 'vitest';
import { CROWD_ISSUERS, crowdToken } from '../kit/crowd-issuer.ts';
import { type Dictation, dictatedAgentModule } from '../kit/dictated-agent.ts';
import { type FleetNode, startFleet } from '../kit/fleet.ts';
import { poll } from '../kit/poll.ts';
import { readLog } from '../kit/resume-drill.ts';
import { ResumingClient } from '../kit/resuming-client.ts';

/** Cloud Run and others kill 10 s after SIGTERM. */
const EXIT_MS = 9_000;
/** Longer than a server waits for its runs: they are handed over, and are over soon after. */
const LONG = { count: 100, everyMs: 100, as: 'message' } as const satisfies Dictation;
const KINDS = {
  /** Over within the grace of the stop. */
  short: { agent: 'repeated', dictation: { ...LONG, count: 10 }, end: 'agent_completed' },
  /** Must not be done twice, and would never end by itself. */
  once: { agent: 'dictated', dictation: { ...LONG, count: 10_000 }, end: 'agent_failed' },
  again: { agent: 'repeated', dictation: LONG, end: 'agent_completed' },
} as const;
type Kind = keyof typeof KINDS;
const OF_EACH_KIND = 4;

interface Speaker {
  readonly kind: Kind;
  readonly token: string;
  readonly client: ResumingClient;
}

/** Each in a thread of its own, at first on the given server and later on any. */
function speak(round: string, first: FleetNode, nodes: readonly FleetNode[]): Speaker[] {
  return Object.entries(KINDS).flatMap(([name, { agent, dictation }]) =>
    Array.from({ length: OF_EACH_KIND }, (_, index) => {
      const token = crowdToken(`${round}-${name}-${index}`);
      let turn = 0;
      const port = () => (turn++ === 0 ? first : nodes[turn % nodes.length])?.port ?? 0;
      const client = new ResumingClient({ port, token, random: Math.random });
      void client.say(JSON.stringify(dictation), agent);
      return { kind: name as Kind, token, client }; // the keys of KINDS
    }),
  );
}

async function streaming(speakers: readonly Speaker[]): Promise<void> {
  await poll(() => (speakers.every(({ client }) => client.lastSeq > 3) ? true : undefined), {
    deadlineMs: 30_000,
    what: 'every run to stream',
  });
}

async function stopInTime(node: FleetNode): Promise<void> {
  const startedAtMs = performance.now();
  expect(await node.stop()).toBe(0);
  expect(performance.now() - startedAtMs).toBeLessThan(EXIT_MS);
}

/** One end for each run, of the kind that it has to have, and every client saw the whole log once and in order. */
async function expectEnds(speakers: readonly Speaker[], url: string): Promise<void> {
  await poll(() => (speakers.every(({ client }) => client.endedRuns === 1) ? true : undefined), {
    deadlineMs: 60_000,
    what: 'every run to end',
  });
  for (const { kind, token, client } of speakers) {
    const log = await readLog(url, client.threadId ?? '', token);
    expect(client.problems).toEqual([]);
    expect(client.snapshots).toBe(0);
    expect(client.kept.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq));
    const ends = log.filter(({ type }) => /^agent_(completed|failed|cancelled)$/.test(type));
    expect(ends.map(({ type }) => type)).toEqual([KINDS[kind].end]);
    expect(ends[0]).toBe(log.at(-1));
    if (kind === 'once') expect(ends[0]).toMatchObject({ data: { code: 'run_interrupted' } });
    else expect(saidIn(log)).toBe(numbersTo(KINDS[kind].dictation.count));
    client.stop();
  }
}

function saidIn(log: readonly ThreadEvent[]): string {
  return log.reduce((text, event) => {
    if (event.type !== 'agent_message') return text;
    return (event.data.reset === true ? '' : text) + event.data.delta;
  }, '');
}

function numbersTo(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 1} `).join('');
}

it('hands over or ends, once, every run that streams on a server which is told to stop, and on two at once', async () => {
  const database = await createTestDatabase();
  const fleet = await startFleet({
    database: database.connection,
    agents: [dictatedAgentModule],
    env: { TRUSTED_ISSUERS: CROWD_ISSUERS },
  });
  try {
    const [stopping, other] = fleet.nodes;
    if (stopping === undefined || other === undefined) throw new Error('there are not two servers');

    const first = speak('one', stopping, [other]);
    await streaming(first);
    await stopInTime(stopping);
    await expectEnds(first, other.url);
    await stopping.start();

    const second = [...speak('here', stopping, fleet.nodes), ...speak('there', other, fleet.nodes)];
    await streaming(second);
    await Promise.all(fleet.nodes.map(stopInTime));
    // Whoever comes up first goes on with what both had.
    await other.start();
    await expectEnds(second, other.url);
  } finally {
    await fleet.stop();
    await database.drop();
  }
}, 240_000);
