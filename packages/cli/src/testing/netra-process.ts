import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/netra.js', import.meta.url));

/**
 * In one process either way: a signal then reaches the command itself. `npm test` has just built what it tests, and a build
 * starts in half the time.
 */
const NODE_ARGS =
  process.env.NETRA_TEST_BUILD === '1'
    ? [BIN]
    : ['--conditions=netra-source', '--import', import.meta.resolve('tsx'), BIN];

export interface NetraProcess {
  readonly pid: number;
  /** What it wrote so far, both streams in order. */
  output(): string;
  /** Resolves with the match once the output matches; rejects when the process ends before. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
}

/** Runs `netra` with exactly these variables, besides what a process needs to run at all. */
export function startNetra(args: readonly string[], env: Readonly<Record<string, string>>): NetraProcess {
  const child = spawn(process.execPath, [...NODE_ARGS, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return {
    pid: pidOf(child),
    output: () => output,
    exited,
    kill: (signal) => void child.kill(signal),
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        void exited.then(() => reject(new Error(`netra ended before it wrote ${pattern}:\n${output}`)));
      }),
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('netra did not start');
  return pid;
}
