import type { ContenderName } from './contender.ts';

/** The turns of each contender. */
export type Samples = Map<ContenderName, { perCpuSecond: number; perWallSecond: number }[]>;

/** NaN where there is nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (upper + lower) / 2;
}
