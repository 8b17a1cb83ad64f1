import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { poll } from './poll.ts';
import { killTree } from './process-tree.ts';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/netra.js', import.meta.url));
const READY_DEADLINE_MS = 60_000;

export interface NetraProcessOptions {
  /** Default: a new temporary folder, removed by `dispose`. */
  readonly dataDir?: string;
  /** Default 0: any free port. Give the port of an earlier process to come back under the same address. */
  readonly port?: number;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
}

/** A real `netra up` in a process of its own, on its own data. */
export interface NetraProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** The one-time link of the banner. */
  readonly signInLink: string;
  /** What it has printed so far. */
  output(): string;
  /** Sends the signal, then waits for the end. Resolves to the exit code. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
  /** `kill -9` of the process and everything that it started, PostgreSQL included. */
  killAll(): Promise<void>;
  /** Ends what still runs and removes the data. */
  dispose(): Promise<void>;
}

export async function startNetra(options: NetraProcessOptions = {}): Promise<NetraProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'netra-system-')));
  const child = spawn(process.execPath, [BIN, 'up', ...(options.args ?? [])], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NETRA_DATA_DIR: dataDir,
      PORT: String(options.port ?? 0),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const banner = await waitForBanner(child, () => printed);
  const pid = child.pid;
  if (pid === undefined) throw new Error('the process has no id');
  const killAll = async (): Promise<void> => {
    const ended = isRunning(child) ? once(child, 'exit') : undefined;
    await killTree(pid);
    await ended;
  };
  return {
    ...banner,
    pid,
    dataDir,
    output: () => printed,
    async stop(signal = 'SIGINT') {
      if (!isRunning(child)) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
    killAll,
    async dispose() {
      if (isRunning(child)) {
        const ended = once(child, 'exit');
        child.kill('SIGINT');
        await ended;
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function waitForBanner(child: ChildProcess, printed: () => string) {
  return poll(
    () => {
      if (!isRunning(child)) throw new Error(`netra up ended by itself:\n${printed()}`);
      const link = /(http:\/\/localhost:(\d+))\/sign-in\/link#\S+/.exec(printed());
      if (link === null) return undefined;
      const [signInLink, url = '', port] = link;
      return { signInLink, url, port: Number(port) };
    },
    { deadlineMs: READY_DEADLINE_MS, what: () => `netra up to be ready; it printed:\n${printed()}` },
  );
}
