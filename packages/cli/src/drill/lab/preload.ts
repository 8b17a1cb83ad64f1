import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Gives the `NODE_OPTIONS` with which a process runs this source before its own. */
export async function preload(dataDir: string, source: string): Promise<string> {
  const path = join(dataDir, 'preload.mjs');
  await writeFile(path, source);
  return `--import ${pathToFileURL(path).href}`;
}
