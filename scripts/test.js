// `npm test`: installs what is missing, builds what is stale, then runs every test but the long runs. Arguments go to Vitest.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepareOrReport, root } from './start/prepare.js';

if (await prepareOrReport('npm test')) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  // Long runs have a command of their own: npm run test:long.
  const projects = process.argv.some((argument) => argument.startsWith('--project'))
    ? []
    : ['--project=!long*'];
  const child = spawn(process.execPath, [vitest, 'run', ...projects, ...process.argv.slice(2)], {
    cwd: root,
    // What the tests start may run from the build, which starts in half the time: it was made just now.
    env: { ...process.env, NETRA_TEST_BUILD: '1' },
    stdio: 'inherit',
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 1;
  });
} else {
  process.exitCode = 2;
}
