import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../figure.ts';

const FOLDER = new URL('../results/', import.meta.url);

/** Writes the figures with the hardware that they were measured on: `bench/results/<name>.json`, or `<name>-quick.json`. */
export async function saveResults(
  figures: readonly Figure[],
  { name, isQuick, turns }: { name: 'gateway' | 'flood' | 'attempts'; isQuick: boolean; turns: number },
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const results = {
    at: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: fileURLToPath(FOLDER) })
      .toString()
      .trim(),
    turns,
    hardware: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory_gb: Math.round(totalmem() / 1024 ** 3),
      kernel: release(),
      node: process.version,
    },
    figures,
  };
  const file = `${name}${isQuick ? '-quick' : ''}.json`;
  await writeFile(new URL(file, FOLDER), `${JSON.stringify(results, null, 2)}\n`);
}
