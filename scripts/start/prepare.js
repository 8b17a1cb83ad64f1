// The steps before `npm start` and `npm test`, in order. Nothing is spawned when nothing changed.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLock } from './lock.js';
import {
  areOutputsMissing,
  stampInstall,
  stampPackages,
  stampWeb,
  whyBuildPackages,
  whyBuildWeb,
  whyInstall,
} from './staleness.js';
import { runStep, StepFailed } from './step.js';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Prepares the clone and runs `netra up` with the given arguments in this process. */
export async function prepareAndRun(args) {
  if (!(await prepareOrReport('npm start'))) {
    process.exitCode = 2;
    return;
  }
  // Its own entry, in this process: a second Node would cost 40 MB for nothing.
  process.argv.splice(2, Infinity, 'up', ...args);
  await import(pathToFileURL(join(root, 'packages/cli/bin/netra.js')).href);
}

/** Prepares the clone; false when a step failed and was reported. `command` is what to run again after the mend. */
export async function prepareOrReport(command) {
  try {
    await prepare();
    return true;
  } catch (error) {
    reportFailure(error, command);
    return false;
  }
}

async function prepare() {
  if (!isAnythingStale()) return;
  const onWait = (pid) =>
    console.log(`  Another start is preparing this folder${pid ? ` (process ${pid})` : ''}; waiting …`);
  await withLock(join(root, '.cache/start.lock'), onWait, async () => {
    await install();
    // Both run to their end, also when one fails: the lock must not be given back while the other still writes.
    const builds = await Promise.allSettled([buildPackages(), buildWeb()]);
    const failed = builds.find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  });
}

function isAnythingStale() {
  return [whyInstall, whyBuildPackages, whyBuildWeb].some((why) => why(root) !== undefined);
}

async function install() {
  const why = whyInstall(root);
  if (why === undefined) return;
  // Development packages build the rest; NODE_ENV=production in the shell would leave them out.
  const args = ['ci', '--include=dev', '--include=optional', '--prefer-offline', '--no-audit', '--no-fund'];
  await runNpm(`Installing dependencies (${why})`, args, 'npm ci');
  stampInstall(root);
}

async function buildPackages() {
  const why = whyBuildPackages(root);
  if (why === undefined) return;
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-b'];
  if (areOutputsMissing(root)) args.push('--force');
  await runStep({
    title: `Building the packages (${why})`,
    program: process.execPath,
    args,
    cwd: root,
    command: 'npx tsc -b',
  });
  stampPackages(root);
}

async function buildWeb() {
  const why = whyBuildWeb(root);
  if (why === undefined) return;
  const command = 'npm run build --workspace @netra/web';
  await runNpm(`Building the web app (${why})`, ['run', 'build', '--workspace', '@netra/web'], command);
  stampWeb(root);
}

function runNpm(title, args, command) {
  return runStep({ title, program: 'npm', args, cwd: root, command });
}

function reportFailure(error, command) {
  if (!(error instanceof StepFailed)) {
    console.error(error);
    return;
  }
  if (error.wasInterrupted) {
    console.error(`\n  Interrupted. The next \`${command}\` goes on from here.`);
    return;
  }
  console.error(`\n${error.output.trim()}\n`);
  console.error(
    `${error.message}. To see it again, run:\n\n  cd ${root}\n  ${error.command}\n\nthen \`${command}\`.`,
  );
}
