import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, startEmbeddedPostgres } from '@netra/service';
import type { Figure } from './figure.ts';
import type { ContenderName } from './gateway/contender.ts';
import { deliveryTurn, openCrowd } from './gateway/delivery.ts';
import { handshakeTurn } from './gateway/handshakes.ts';
import { type JournalTurn, journalTurn } from './gateway/journal.ts';
import { buildServers, hasTaskset, MeasuredServer } from './gateway/measured-server.ts';
import { memoryTurn } from './gateway/memory.ts';
import { median, type Samples } from './gateway/samples.ts';
import { saveResults } from './gateway/save-results.ts';

const TURNS = 5;
const QUICK_TURNS = 3;
const SOCKETS = 1_000;
const DELIVERY_MS = 2_000;
const QUICK_DELIVERY_MS = 700;
const JOURNAL_MS = 10_000;
const QUICK_JOURNAL_MS = 3_000;

interface BenchOptions {
  isQuick: boolean;
}

/**
 * The gateway beside bare `ws` and Socket.IO, in one run: the contenders take turns, so that a busy moment of the machine
 * meets all of them, and a figure is the median of its turns. Rates are per second of the server's processor time: with
 * the server on one core that is what a core gives, and another process on that core does not distort it.
 */
export async function measureGateway({ isQuick }: BenchOptions): Promise<Figure[]> {
  await buildServers();
  // Delays are measured where the system lets server, database and clients run, as it does in an installation.
  const journal = await withPostgres((options) => measureJournal(options, isQuick));
  // Rates are of one core: the load stays off it, and so does the database, which is started after this.
  if (hasTaskset()) execFileSync('taskset', ['-a', '-cp', '1-63', String(process.pid)]);
  const figures = await withPostgres(async (options) => [
    ...(await measureHandshakes(options, isQuick)),
    ...(await measureDelivery(isQuick)),
    ...journal,
    ...(await measureMemory(options, isQuick)),
  ]);
  await saveResults(figures, { name: 'gateway', isQuick, turns: isQuick ? QUICK_TURNS : TURNS });
  return figures;
}

async function withPostgres<Value>(use: (options: object) => Promise<Value>): Promise<Value> {
  const dataDir = await mkdtemp(join(tmpdir(), 'netra-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLogger({ level: 'silent' }) });
  try {
    return await use({ connection: postgres.connection });
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withServers<Value>(
  names: readonly ContenderName[],
  options: object,
  use: (servers: Map<ContenderName, MeasuredServer>) => Promise<Value>,
  place: { isFree?: boolean } = {},
): Promise<Value> {
  const servers = new Map<ContenderName, MeasuredServer>();
  try {
    for (const name of names) servers.set(name, await MeasuredServer.start(name, options, place));
    return await use(servers);
  } finally {
    for (const server of servers.values()) await server.stop();
  }
}

async function measureHandshakes(options: object, isQuick: boolean): Promise<Figure[]> {
  const distinct: Samples = new Map();
  const repeated: Samples = new Map();
  await withServers(['netra', 'verified', 'bare', 'socket.io'], options, async (servers) => {
    for (let turn = -1; turn < (isQuick ? QUICK_TURNS : TURNS); turn++) {
      for (const [name, server] of servers) {
        for (const [samples, isDistinct] of [
          [distinct, true],
          [repeated, false],
        ] as const) {
          if (isDistinct ? name === 'bare' : name === 'verified') continue;
          const rate = await handshakeTurn(server, name, { isDistinct, isQuick });
          // The first turn is for the compiler.
          if (turn >= 0) samples.set(name, [...(samples.get(name) ?? []), rate]);
        }
      }
    }
  });
  return [
    ratio(
      'handshakes, distinct tokens, as a share of ws + verification',
      distinct,
      ['netra', 'verified'],
      0.85,
    ),
    ratio('handshakes, distinct tokens, beside Socket.IO', distinct, ['netra', 'socket.io'], 1),
    ratio('handshakes, repeated tokens, as a share of bare ws', repeated, ['netra', 'bare'], 0.8),
    ratio('handshakes, repeated tokens, beside Socket.IO', repeated, ['netra', 'socket.io'], 1),
  ];
}

async function measureDelivery(isQuick: boolean): Promise<Figure[]> {
  const samples = new Map([1, 10].map((perTick) => [perTick, new Map() as Samples]));
  const names = ['delivery', 'bare', 'socket.io'] as const;
  await withServers(names, {}, async (servers) => {
    const crowds = new Map<ContenderName, Awaited<ReturnType<typeof openCrowd>>>();
    for (const [name, server] of servers)
      crowds.set(name, await openCrowd(server, name, await server.tokens(SOCKETS, SOCKETS)));
    for (let turn = -1; turn < (isQuick ? QUICK_TURNS : TURNS); turn++) {
      for (const [name, server] of servers) {
        for (const [perTick, rates] of samples) {
          const durationMs = isQuick ? QUICK_DELIVERY_MS : DELIVERY_MS;
          const rate = await deliveryTurn(server, crowds.get(name) ?? [], { perTick, durationMs });
          // The first turn is for the compiler.
          if (turn >= 0) rates.set(name, [...(rates.get(name) ?? []), rate]);
        }
      }
    }
    for (const clients of crowds.values()) for (const { socket } of clients) socket.destroy();
  });
  const of = (perTick: number): Samples => samples.get(perTick) ?? new Map();
  return [
    ratio('delivery, one event per tick, beside ws', of(1), ['delivery', 'bare'], 1.1),
    ratio('delivery, one event per tick, beside Socket.IO', of(1), ['delivery', 'socket.io'], 1.5),
    ratio('delivery, ten events per tick, beside ws', of(10), ['delivery', 'bare'], 5),
    ratio('delivery, ten events per tick, beside Socket.IO', of(10), ['delivery', 'socket.io'], 8),
  ];
}

async function measureJournal(options: object, isQuick: boolean): Promise<Figure[]> {
  const names = ['journal', 'socket.io'] as const;
  const durationMs = isQuick ? QUICK_JOURNAL_MS : JOURNAL_MS;
  const turns = new Map<ContenderName, JournalTurn[]>();
  for (const name of names) {
    const measure = async (servers: Map<ContenderName, MeasuredServer>) => {
      const server = servers.get(name);
      if (server === undefined) return;
      const clients = await openCrowd(server, name, await server.tokens(SOCKETS, SOCKETS));
      // The first turn is for the compiler.
      for (let turn = -1; turn < (isQuick ? QUICK_TURNS : TURNS); turn++) {
        const measured = await journalTurn(server, clients, durationMs);
        if (turn >= 0) turns.set(name, [...(turns.get(name) ?? []), measured]);
      }
      for (const { socket } of clients) socket.destroy();
    };
    await withServers([name], options, measure, { isFree: true });
  }
  const of = (name: ContenderName, key: keyof JournalTurn) =>
    median((turns.get(name) ?? []).map((turn) => turn[key]));
  const delays = `p50 ${of('journal', 'p50Ms').toFixed(1)} ms; Socket.IO without a journal p99 ${of('socket.io', 'p99Ms').toFixed(1)} ms`;
  const shares = names
    .map((name) => `${name} ${(of(name, 'cpuShare') * 100).toFixed(0)} % of a core`)
    .join(', ');
  const what = 'journal on, 1,000 sockets × 25 events/s';
  return [
    { name: `${what}, p99`, value: of('journal', 'p99Ms'), unit: 'ms', bar: 20, details: delays },
    {
      name: `${what}, processor time beside Socket.IO without one`,
      value: of('journal', 'cpuShare') / of('socket.io', 'cpuShare'),
      unit: '×',
      bar: 1,
      details: `${shares}; PostgreSQL's own not counted`,
    },
  ];
}

async function measureMemory(options: object, isQuick: boolean): Promise<Figure[]> {
  const names = ['netra', 'bare', 'socket.io'] as const;
  const samples = new Map<ContenderName, number[]>();
  for (let turn = 0; turn < (isQuick ? 1 : TURNS); turn++) {
    for (const name of names) {
      const bytes = await withServers([name], options, async (servers) => {
        const server = servers.get(name);
        return server === undefined ? Number.NaN : memoryTurn(server, name);
      });
      samples.set(name, [...(samples.get(name) ?? []), bytes]);
    }
  }
  const kilobytes = (name: ContenderName): number => median(samples.get(name) ?? []) / 1024;
  const details = names.map((name) => `${name} ${kilobytes(name).toFixed(1)} KB`).join(', ');
  return [
    {
      name: 'memory of an idle connection, of 10,000',
      value: kilobytes('netra'),
      unit: 'KB',
      bar: 10,
      details,
    },
  ];
}

function ratio(
  name: string,
  samples: Samples,
  [own, peer]: readonly [ContenderName, ContenderName],
  bar: number,
): Figure {
  const rate = (of: ContenderName, by: 'perCpuSecond' | 'perWallSecond') =>
    median((samples.get(of) ?? []).map((sample) => sample[by]));
  const inWords = (of: ContenderName) =>
    `${of} ${Math.round(rate(of, 'perCpuSecond'))} per CPU second, ${Math.round(rate(of, 'perWallSecond'))}/s`;
  const value = rate(own, 'perCpuSecond') / rate(peer, 'perCpuSecond');
  return { name, value, unit: '×', bar, bound: 'at least', details: `${inWords(own)}; ${inWords(peer)}` };
}
