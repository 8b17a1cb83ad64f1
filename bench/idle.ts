import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startNetra } from '../tests/kit/netra-process.ts';
import { processTree } from '../tests/kit/process-tree.ts';
import type { Figure } from './figure.ts';

const SETTLE_MS = 30_000;

interface ProcessSize {
  readonly command: string;
  readonly pssMb: number;
  readonly rssMb: number;
}

/**
 * Memory of an idle `netra up` with everything that it started, PostgreSQL included. Linux only. The bar is for the
 * proportional set size: the sum of the resident sizes counts shared pages once for each process.
 */
export async function measureIdle(): Promise<Figure[]> {
  const netra = await startNetra();
  try {
    await fetch(netra.url);
    await delay(SETTLE_MS);
    const sizes = processTree(netra.pid).map(sizeOf);
    const value = sum(sizes.map(({ pssMb }) => pssMb));
    const rssMb = sum(sizes.map((size) => size.rssMb));
    const details = `${byCommand(sizes)}; RSS sum ${rssMb.toFixed(0)} MB`;
    return [{ name: 'idle netra up, all processes, PSS', value, unit: 'MB', bar: 250, details }];
  } finally {
    await netra.dispose();
  }
}

function sizeOf(pid: number): ProcessSize {
  const command = execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return { command, pssMb: readMb(rollup, 'Pss'), rssMb: readMb(rollup, 'Rss') };
}

function readMb(rollup: string, field: 'Pss' | 'Rss'): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup);
  return Number(match?.[1] ?? Number.NaN) / 1024;
}

/** How many processes of each command there are, and their PSS; run from source, Netra is more than one process. */
function byCommand(sizes: readonly ProcessSize[]): string {
  const commands = [...new Set(sizes.map(({ command }) => command))];
  return commands
    .map((command) => {
      const own = sizes.filter((size) => size.command === command).map(({ pssMb }) => pssMb);
      return `${own.length} × ${command} ${sum(own).toFixed(0)} MB`;
    })
    .join(', ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
