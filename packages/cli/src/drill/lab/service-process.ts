import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AppError } from '@netra/service';
import type { Environment } from '../../environment.ts';

const BIN = fileURLToPath(new URL('../../../bin/netra.js', import.meta.url));
/** A start takes two seconds on a quiet machine; a busy one is no reason to call it broken. */
const START_DEADLINE_MS = 120_000;
const KEPT_OUTPUT_CHARS = 20_000;

/** One `netra` command in a process of its own, which signals reach directly. */
export interface ServiceProcess {
  readonly pid: number;
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Resolves once it has said that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<unknown>;
}

/** Runs `netra` with exactly these variables, besides what any process needs. */
export function startServiceProcess(args: readonly string[], env: Environment): ServiceProcess {
  const child = spawn(process.execPath, [...nodeArgs(), BIN, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const readers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARS);
      for (const read of readers) read();
    });
  }
  const exited = once(child, 'close');
  const killWithUs = () => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void exited.then(() => process.off('exit', killWithUs));
  const ready = waitForReady({ args, exited, readers, output: () => output });
  // A drill may want it to fail, and then looks at nothing but the end.
  ready.catch(() => undefined);
  return {
    pid: pidOf(child),
    output: () => output,
    signal: (name) => void child.kill(name),
    ready,
    exited,
  };
}

/** From the sources as well as from the build it is one process: no second one stands between it and a signal. */
function nodeArgs(): string[] {
  const isSource = import.meta.url.endsWith('.ts');
  return isSource ? ['--conditions=netra-source', '--import', import.meta.resolve('tsx')] : [];
}

interface Waiting {
  readonly args: readonly string[];
  readonly exited: Promise<unknown>;
  readonly readers: Set<() => void>;
  readonly output: () => string;
}

function waitForReady({ args, exited, readers, output }: Waiting): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      const text = `netra ${args.join(' ')} ${what}:\n${output()}`;
      reject(new AppError('drill_not_started', text, { fix: 'Look at what it wrote.' }));
    };
    const timer = setTimeout(() => fail('was not ready in time'), START_DEADLINE_MS);
    // Outside development a service writes JSON, one line each.
    readers.add(() => {
      if (!/"msg":"ready"/.test(output())) return;
      clearTimeout(timer);
      resolve();
    });
    void exited.then(() => {
      clearTimeout(timer);
      fail('ended');
    });
  });
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new AppError('drill_not_started', 'netra could not be started.');
  return pid;
}
