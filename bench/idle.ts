import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startNetra } from '../tests/kit/netra-process.ts';
import { processTree } from '../tests/kit/process-tree.ts';
import type { Figure } from './figure.ts';

const SETTLE_MS = 30_000;

/** Proportional set size of an idle `netra up` with everything that it started, PostgreSQL included. Linux only. */
export async function measureIdle(): Promise<Figure[]> {
  const netra = await startNetra();
  try {
    await fetch(netra.url);
    await delay(SETTLE_MS);
    const sizes = processTree(netra.pid).map((pid) => ({ pid, mb: pssMb(pid) }));
    const total = sizes.reduce((sum, { mb }) => sum + mb, 0);
    const own = sizes.find(({ pid }) => pid === netra.pid)?.mb ?? Number.NaN;
    const details = `node ${own.toFixed(0)} MB, ${sizes.length - 1} PostgreSQL processes ${(total - own).toFixed(0)} MB`;
    return [{ name: 'idle netra up, all processes, PSS', value: total, unit: 'MB', bar: 250, details }];
  } finally {
    await netra.dispose();
  }
}

function pssMb(pid: number): number {
  const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) / 1024;
}
