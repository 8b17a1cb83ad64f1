import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger, startEmbeddedPostgres } from '@netra/service';
import { CROWD_ISSUERS, crowdToken } from '../tests/kit/crowd-issuer.ts';
import { startFleet } from '../tests/kit/fleet.ts';
import { buildPackages, bundleAgents } from './deployed.ts';
import type { Figure } from './figure.ts';
import { createSamples, listenToRuns, type RunSamples } from './run-listener.ts';
import { timedAgentModule } from './timed-agent.ts';

const RUNS = 300;
const PER_SECOND = 60;
const RUN_SECONDS = 10;
const MEASURED_SECONDS = 300;
const QUICK_SECONDS = 30;
/** The engine compiles, the heap and the tables find their size. */
const WARM_UP_SECONDS = 20;
const MEMORY_EVERY_MS = 1_000;

/**
 * 300 runs at a time on one gateway, each of an agent that says 60 deltas a second, each followed by a socket of its
 * own, with the journal on: PostgreSQL with fsync. The agents speak in the gateway's process, the sockets are held by
 * this one. Every word carries the moment at which it was said.
 */
export async function measureRuns({ isQuick }: { isQuick: boolean }): Promise<Figure[]> {
  buildPackages();
  const dataDir = await mkdtemp(join(tmpdir(), 'netra-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLogger({ level: 'silent' }) });
  try {
    const fleet = await startFleet({
      database: postgres.connection,
      gateways: 1,
      isBuilt: true,
      agents: [await bundleAgents(timedAgentModule)],
      env: { TRUSTED_ISSUERS: CROWD_ISSUERS },
    });
    const [node] = fleet.nodes;
    if (node === undefined) throw new Error('no gateway');
    try {
      return await measure(node, isQuick ? QUICK_SECONDS : MEASURED_SECONDS);
    } finally {
      await fleet.stop();
    }
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(node: { port: number; pid(): number }, seconds: number): Promise<Figure[]> {
  const talk = { deltas: RUN_SECONDS * PER_SECOND, perSecond: PER_SECOND };
  const samples = createSamples();
  let isOver = false;
  const listeners: Promise<void>[] = [];
  for (let index = 0; index < RUNS; index++) {
    const token = crowdToken(`runs-${index}`);
    listeners.push(listenToRuns({ port: node.port, token, talk, samples, goesOn: () => !isOver }).ended);
    // Runs that began together would end together, again and again.
    await delay((RUN_SECONDS * 1000) / RUNS);
  }
  await delay(WARM_UP_SECONDS * 1000);
  forget(samples);
  const cpuBefore = cpuSeconds(node.pid());
  const memory: number[] = [];
  const endsAtMs = performance.now() + seconds * 1000;
  while (performance.now() < endsAtMs) {
    memory.push(residentMb(node.pid()));
    await delay(MEMORY_EVERY_MS);
  }
  const cpuShare = (cpuSeconds(node.pid()) - cpuBefore) / seconds;
  isOver = true;
  await Promise.all(listeners);
  return figures(samples, { memory, cpuShare, seconds });
}

/** What the warm-up measured; what it found wrong stays. */
function forget(samples: RunSamples): void {
  for (const list of [samples.firstMs, samples.laterMs, samples.ackMs]) list.length = 0;
  samples.deltas = 0;
  samples.frames = 0;
  samples.runs = 0;
}

interface Course {
  readonly memory: readonly number[];
  readonly cpuShare: number;
  readonly seconds: number;
}

function figures(samples: RunSamples, { memory, cpuShare, seconds }: Course): Figure[] {
  const tenth = Math.max(1, Math.floor(memory.length / 10));
  const [startMb, endMb] = [memory.slice(0, tenth), memory.slice(-tenth)].map((part) => at(part, 0.5));
  const rate = `${(samples.deltas / seconds).toFixed(0)} deltas/s in ${(samples.frames / seconds).toFixed(0)} frames/s`;
  const cpu = `gateway at ${(cpuShare * 100).toFixed(0)} % of a core`;
  const problems = samples.problems.slice(0, 3).join('; ');
  return [
    latency('first delta of a run, p99', samples.firstMs, 15),
    latency('later deltas, p99', samples.laterMs, 75),
    latency('user_message → ack under this load, p99', samples.ackMs, 75),
    {
      name: 'lost, doubled or reordered',
      value: samples.problems.length,
      unit: '',
      bar: 0,
      details: `${samples.runs} runs, ${rate}, ${cpu} ${problems}`,
    },
    {
      name: `resident memory after ${seconds} s, of that at the start`,
      value: (endMb ?? Number.NaN) / (startMb ?? Number.NaN),
      unit: '×',
      bar: 1.1,
      details: `${startMb?.toFixed(0)} → ${endMb?.toFixed(0)} MB, most ${Math.max(...memory).toFixed(0)} MB`,
    },
  ];
}

function latency(name: string, samples: readonly number[], bar: number): Figure {
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => at(samples, share).toFixed(1));
  const details = `p50 ${p50}, p95 ${p95}, most ${max} ms, n=${samples.length}`;
  return { name, value: at(samples, 0.99), unit: 'ms', bar, details };
}

function at(samples: readonly number[], share: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

function residentMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) / 1024;
}

/** User and system time of a process, in seconds: fields 14 and 15 of its stat, in hundredths. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
