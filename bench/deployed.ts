import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CACHE = `${ROOT}node_modules/.cache/netra-bench`;

/** Builds the packages, so that `netra` runs as it is deployed: from source, each closure costs a call more. */
export function buildPackages(): void {
  execFileSync('npx', ['tsc', '-b'], { cwd: ROOT, stdio: 'inherit' });
}

/** A module of agents as plain JavaScript; resolves to its path. */
export async function bundleAgents(module: string): Promise<string> {
  const outfile = `${CACHE}/${basename(module, '.ts')}.mjs`;
  await build({
    entryPoints: [module],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return outfile;
}
