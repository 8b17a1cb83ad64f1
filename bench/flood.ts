import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger, startEmbeddedPostgres } from '@netra/service';
import type { Figure } from './figure.ts';
import { DIALOGUES } from './gateway/dialogues.ts';
import type { FloodCount, FloodOrder } from './gateway/flood-client.ts';
import { buildServers, bundle, MeasuredServer } from './gateway/measured-server.ts';
import { RawClient } from './gateway/raw-client.ts';
import { median } from './gateway/samples.ts';
import { saveResults } from './gateway/save-results.ts';

const BAD_PER_SECOND = 5_000;
const GOOD_PER_SECOND = 50;
const USERS = 100;
/** Another one than that of a flood, which has a limit. */
const GOOD_ADDRESS = '127.0.2.1';
const TURNS = 7;
const QUICK_TURNS = 3;
const TURN_MS = 6_000;
/** By then the limit of its address holds a flood, where one address makes it. */
const FLOOD_BEGINS_MS = 4_000;

/**
 * Good handshakes of users who are known, at an even rate, while another process sends bad tokens: the whole gateway over
 * a real PostgreSQL, with the limits that it has by default. Turns alternate: in those without a flood the other
 * process works as hard, but against itself.
 */
export async function measureFlood({ isQuick }: { isQuick: boolean }): Promise<Figure[]> {
  await buildServers();
  const floodScript = await bundle('flood-client');
  const dataDir = await mkdtemp(join(tmpdir(), 'netra-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLogger({ level: 'silent' }) });
  // As it runs in an installation: on one core the threads that collect its garbage would wait for each other.
  const server = await MeasuredServer.start(
    'netra',
    { connection: postgres.connection, handshakesPerMinute: 12_000 },
    { isFree: true },
  );
  try {
    const turns = isQuick ? QUICK_TURNS : TURNS;
    const figures = [await measureTurns({ server, floodScript, turns })];
    await saveResults(figures, { name: 'flood', isQuick, turns });
    return figures;
  } finally {
    await server.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Rig {
  server: MeasuredServer;
  floodScript: string;
  turns: number;
}

async function measureTurns({ server, floodScript, turns }: Rig): Promise<Figure> {
  const good = await server.tokens(USERS, USERS);
  const tokens = good.map(withAnotherSignature);
  const calm: number[] = [];
  const flooded: number[] = [];
  const answeredPerSecond: number[] = [];
  const cpuShares: number[] = [];
  // The first turn is for the compiler and the caches.
  for (let turn = -1; turn < turns; turn++) {
    const elsewhere = await Flood.start(floodScript, {
      port: undefined,
      perSecond: BAD_PER_SECOND,
      tokens,
    });
    await delay(FLOOD_BEGINS_MS);
    const without = p99(await goodHandshakes(server, good));
    await elsewhere.stop();
    const flood = await Flood.start(floodScript, {
      port: server.port,
      perSecond: BAD_PER_SECOND,
      tokens,
    });
    await delay(FLOOD_BEGINS_MS);
    const before = await server.usage();
    const startedMs = performance.now();
    const withFlood = p99(await goodHandshakes(server, good));
    const cpuMs = (await server.usage()).cpuMs - before.cpuMs;
    const share = cpuMs / (performance.now() - startedMs);
    const rate = await flood.stop();
    if (turn < 0) continue;
    calm.push(without);
    flooded.push(withFlood);
    answeredPerSecond.push(rate);
    cpuShares.push(share);
  }
  return {
    name: `p99 of good handshakes under ${BAD_PER_SECOND} bad tokens/s, beside that without`,
    value: median(flooded) / median(calm),
    unit: '×',
    bar: 1.5,
    details: `p99 ${median(calm).toFixed(2)} ms without, ${median(flooded).toFixed(2)} ms with; ${Math.round(median(answeredPerSecond))} bad tokens/s were refused, at ${Math.round(median(cpuShares) * 100)} % of a core`,
  };
}

/** The flood, in a process of its own. */
class Flood {
  readonly #child: ChildProcess;
  readonly #counts: FloodCount[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (count: FloodCount) => this.#counts.push(count));
  }

  static async start(script: string, order: FloodOrder): Promise<Flood> {
    const child = fork(script, { execArgv: [], stdio: 'inherit' });
    await once(child, 'spawn');
    // A flood comes from other machines: on this one it gets what nobody else wants, or it would be measured itself.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    const flood = new Flood(child);
    child.send(order);
    return flood;
  }

  /** Gives how many were refused a second, at the end. */
  async stop(): Promise<number> {
    const last = this.#counts.at(-1);
    const before = this.#counts.at(-1 - Math.round(TURN_MS / 2_000));
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
    if (last === undefined || before === undefined) return Number.NaN;
    return (last.refused - before.refused) / Math.round(TURN_MS / 2_000);
  }
}

/** Milliseconds from the first packet to `connection_established`, each begun in its time whatever became of the others. */
async function goodHandshakes(server: MeasuredServer, tokens: readonly string[]): Promise<number[]> {
  const count = (TURN_MS / 1000) * GOOD_PER_SECOND;
  const everyMs = 1000 / GOOD_PER_SECOND;
  const startedMs = performance.now();
  const durations: Promise<number>[] = [];
  for (let index = 0; index < count; index++) {
    await delay(Math.max(0, startedMs + index * everyMs - performance.now()));
    durations.push(handshake(server.port, tokens[index % tokens.length] ?? ''));
  }
  return Promise.all(durations);
}

async function handshake(port: number, token: string): Promise<number> {
  const startedMs = performance.now();
  const client = new RawClient(port, token, DIALOGUES.netra, GOOD_ADDRESS);
  try {
    await client.established;
  } catch {
    // One who was not let in waits for ever.
    return Number.POSITIVE_INFINITY;
  }
  client.socket.destroy();
  return performance.now() - startedMs;
}

function p99(durations: readonly number[]): number {
  const sorted = [...durations].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}

/** As one who does not have the key would make it. */
function withAnotherSignature(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  return `${token.slice(0, at)}${token.slice(at).split('').reverse().join('')}`;
}
