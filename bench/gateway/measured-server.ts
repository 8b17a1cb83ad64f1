import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Answer, ContenderName, Delivered, DeliverRequest, Usage } from './contender.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The server has this core to itself, the load the other ones. */
const SERVER_CORE = '0';

/**
 * Plain JavaScript as it is deployed: packages from their `dist`, the rest in one file. From source, `tsx` would add a call
 * to every closure that is made.
 */
export async function buildServers(): Promise<void> {
  execFileSync('npx', ['tsc', '-b', 'packages/gateway'], { cwd: ROOT, stdio: 'inherit' });
  await bundle('serve');
}

/** One file of this folder with what it imports, as plain JavaScript. Gives its path. */
export async function bundle(name: BundleName): Promise<string> {
  await mkdir(`${ROOT}node_modules/.cache/netra-bench`, { recursive: true });
  await build({
    entryPoints: [`${ROOT}bench/gateway/${name}.ts`],
    outfile: bundleOf(name),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return bundleOf(name);
}

type BundleName = 'serve' | 'attempt-cost' | 'flood-client';

function bundleOf(name: BundleName): string {
  return `${ROOT}node_modules/.cache/netra-bench/${name}.mjs`;
}

/** Whether processes can be bound to cores here. */
export function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)]);
    return true;
  } catch {
    return false;
  }
}

/** A contender in a process of its own, on one core unless it is free. */
export class MeasuredServer {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;
  port = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (answer: Answer) => this.#waiting.get(answer.id)?.(answer));
    child.on('exit', (code) => {
      for (const settle of this.#waiting.values()) settle({ id: 0, error: `the server ended (${code})` });
    });
  }

  /** `isFree`: where the system lets it run, for delays, and for processor time of whole processes. */
  static async start(
    name: ContenderName,
    options: object = {},
    { isFree = false } = {},
  ): Promise<MeasuredServer> {
    const node = [process.execPath, '--expose-gc', bundleOf('serve'), name, JSON.stringify(options)];
    const [command = '', ...args] = !isFree && hasTaskset() ? ['taskset', '-c', SERVER_CORE, ...node] : node;
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const server = new MeasuredServer(child);
    server.port = (await server.#answer(0)) as number;
    return server;
  }

  tokens(count: number, users: number): Promise<string[]> {
    return this.#call({ method: 'tokens', count, users }) as Promise<string[]>;
  }

  deliver(request: DeliverRequest): Promise<Delivered> {
    return this.#call({ method: 'deliver', ...request }) as Promise<Delivered>;
  }

  usage({ isCollected = false } = {}): Promise<Usage> {
    return this.#call({ method: 'usage', isCollected }) as Promise<Usage>;
  }

  openCount(): Promise<number> {
    return this.#call({ method: 'open' }) as Promise<number>;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  #call(call: object): Promise<unknown> {
    const id = ++this.#calls;
    const answer = this.#answer(id);
    this.#child.send({ id, ...call });
    return answer;
  }

  async #answer(id: number): Promise<unknown> {
    const { error, result } = await new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
