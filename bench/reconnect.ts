import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, startEmbeddedPostgres } from '@netra/service';
import { type Crowd, type CrowdReport, peakPerWindow, startCrowd } from '../tests/kit/crowd.ts';
import { CROWD_ISSUERS, crowdToken } from '../tests/kit/crowd-issuer.ts';
import { type Fleet, type FleetNode, startFleet } from '../tests/kit/fleet.ts';
import { poll } from '../tests/kit/poll.ts';
import { ResumingClient } from '../tests/kit/resuming-client.ts';
import { buildPackages, bundleAgents } from './deployed.ts';
import type { Figure } from './figure.ts';
import { type Lag, lagAgentModule } from './lag-agent.ts';

const CLIENTS = 10_000;
const QUICK_CLIENTS = 2_000;
/** Below the limit of 20 connections. */
const SOCKETS_PER_USER = 16;
const DEADLINE_MS = 120_000;
/** Names a time to come back at, and so is no refusal of the client. */
const ADVICE: ReadonlySet<string> = new Set(['draining', 'rate_limited']);

/**
 * Clients that come back to one gateway after a restart: an ordered one, whose drain tells each when to come, and
 * `kill -9`, after which each follows its own back-off. Their two processes stand beside the server on the same machine.
 */
export async function measureReconnect({ isQuick }: { isQuick: boolean }): Promise<Figure[]> {
  buildPackages();
  const dataDir = await mkdtemp(join(tmpdir(), 'netra-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLogger({ level: 'silent' }) });
  const crowd = startCrowd({ processes: 2 });
  let fleet: Fleet | undefined;
  try {
    fleet = await startFleet({
      database: postgres.connection,
      gateways: 1,
      isBuilt: true,
      agents: [await bundleAgents(lagAgentModule)],
      env: { TRUSTED_ISSUERS: CROWD_ISSUERS },
    });
    const node = fleet.nodes[0];
    if (node === undefined) throw new Error('there is no gateway');
    const count = isQuick ? QUICK_CLIENTS : CLIENTS;
    const members = Array.from({ length: count }, (_, index) => ({
      token: crowdToken(`bench-${Math.floor(index / SOCKETS_PER_USER)}`),
    }));
    crowd.join(members, { ports: [node.port], spreadMs: count * 3 });
    await allOpen(crowd, count);
    return [
      ...(await measureRestart('restart', { node, crowd, count, end: () => node.stop() })),
      ...(await measureRestart('kill -9', { node, crowd, count, end: () => node.kill() })),
    ];
  } finally {
    await crowd.stop();
    await fleet?.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Restart {
  readonly node: FleetNode;
  readonly crowd: Crowd;
  readonly count: number;
  readonly end: () => Promise<unknown>;
}

async function measureRestart(name: string, { node, crowd, count, end }: Restart): Promise<Figure[]> {
  const before = await crowd.report();
  const startedAtMs = performance.now();
  await end();
  await node.start();
  const readyAtMs = Date.now();
  const downMs = performance.now() - startedAtMs;
  const { report, arrivedAtMs } = await allOpen(crowd, count);
  const backS = (performance.now() - startedAtMs) / 1000;
  const refused = Object.entries(report.refusals)
    .filter(([code]) => !ADVICE.has(code))
    .map(([code, times]) => `${code} ${times - (before.refusals[code] ?? 0)}`);
  const lag = await readLag(node, readyAtMs);
  const who = `${count} clients after a ${name}`;
  const peak = peakPerWindow(arrivedAtMs, 1_000);
  const files = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  return [
    {
      name: `${who}, all back`,
      value: backS,
      unit: 's',
      bar: 30,
      details: `${(downMs / 1000).toFixed(1)} s of it without a server; at most ${peak} in one second; open files: ${files}`,
    },
    {
      name: `${who}, refusals without a time to come back`,
      value: refused.length,
      unit: '',
      bar: 0,
      details: refused.join(', '),
    },
    {
      name: `${who}, event loop lag, p99`,
      value: lag.p99,
      unit: 'ms',
      bar: 100,
      details: `max ${lag.max.toFixed(0)} ms, ${lag.samples} samples`,
    },
  ];
}

async function allOpen(crowd: Crowd, count: number) {
  const arrivedAtMs: number[] = [];
  let last: CrowdReport | undefined;
  const report = await poll(
    async () => {
      last = await crowd.report();
      arrivedAtMs.push(...last.arrivedAtMs);
      return last.open === count ? last : undefined;
    },
    {
      deadlineMs: DEADLINE_MS,
      everyMs: 200,
      what: () => `${count} clients; there are ${last?.open}; refusals ${JSON.stringify(last?.refusals)}`,
    },
  );
  return { report, arrivedAtMs };
}

/** From the time that the server was ready, as its own event loop saw it. */
async function readLag({ port }: FleetNode, sinceMs: number): Promise<Lag> {
  let text: string | undefined;
  const client = new ResumingClient({
    port: () => port,
    token: crowdToken('bench-observer'),
    random: Math.random,
    onEvent(event) {
      if (event.type === 'agent_completed') text = event.data.text;
    },
  });
  await client.say(String(sinceMs), 'lag');
  const told = await poll(() => text, { what: 'the lag' });
  client.stop();
  return JSON.parse(told) as Lag; // the agent's own words
}
