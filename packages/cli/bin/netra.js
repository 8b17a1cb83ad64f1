#!/usr/bin/env node
// Runs the built command where the build matches the sources, else the sources themselves, so that `npx netra`
// works from a clone before and after a build. An installed package without sources is always "built".
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SOURCE_CONDITION = '--conditions=netra-source';
const LINGER_MS = 1_000;
const self = fileURLToPath(import.meta.url);
const packageFolder = dirname(dirname(self));
const root = dirname(dirname(packageFolder));

async function isBuilt() {
  const staleness = join(root, 'scripts/start/staleness.js');
  if (!existsSync(staleness)) return true;
  const { arePackagesBuilt } = await import(pathToFileURL(staleness).href);
  return arePackagesBuilt(root);
}

async function run(file) {
  const { main } = await import(pathToFileURL(join(packageFolder, file)).href);
  process.exitCode = await main(process.argv.slice(2));
  // The work is over; what holds the process open all the same may not do so for longer than this.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

// A condition can only be given when a process starts, hence a second one.
function runFromSource() {
  const loader = import.meta.resolve('tsx');
  const args = [SOURCE_CONDITION, '--import', loader, self, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : code;
  });
}

if (!existsSync(join(root, 'node_modules')) && existsSync(join(root, 'package-lock.json'))) {
  console.error(`Dependencies are not installed. Run:\n\n  cd ${root}\n  npm ci`);
  process.exitCode = 2;
} else if (process.execArgv.includes(SOURCE_CONDITION)) {
  await run('src/main.ts');
} else if (await isBuilt()) {
  await run('dist/main.js');
} else {
  runFromSource();
}
