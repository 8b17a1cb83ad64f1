import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { poll } from '../tests/kit/poll.ts';
import type { Figure } from './figure.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** `npm start` in a fresh clone, to the page and a ready server; then once more. Two of two runs are printed. */
export async function measureStart(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'netra-start-'));
  const clone = join(folder, 'netra');
  execFileSync('git', ['clone', '--quiet', ROOT, clone]);
  try {
    const firstMs = await timeToReady(clone);
    const secondMs = await timeToReady(clone);
    return [
      { name: 'npm start in a fresh clone, to ready', value: firstMs / 1000, unit: 's', bar: 120 },
      { name: 'second npm start, to ready', value: secondMs / 1000, unit: 's', bar: 5 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeToReady(clone: string): Promise<number> {
  const before = performance.now();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('npm', ['start'], { cwd: clone, env: { PATH, HOME, PORT: '0' }, detached: true });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += String(chunk);
    });
  await poll(() => isReady(/http:\/\/localhost:\d+/.exec(printed)?.[0]), {
    deadlineMs: 300_000,
    everyMs: 10,
    what: () => `npm start to be ready; it printed:\n${printed}`,
  });
  const durationMs = performance.now() - before;
  const ended = once(child, 'exit');
  // The group: npm passes signals on, but not in every version.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await ended;
  return durationMs;
}

async function isReady(url: string | undefined): Promise<true | undefined> {
  if (url === undefined) return undefined;
  const answers = await Promise.all([fetch(`${url}/health/ready`), fetch(`${url}/`)]).catch(() => []);
  return answers.length === 2 && answers.every(({ ok }) => ok) ? true : undefined;
}
