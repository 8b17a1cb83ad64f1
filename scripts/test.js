// `npm test`: installs what is missing, builds what is stale, then runs every test. Arguments go to Vitest.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepareOrReport, root } from './start/prepare.js';

if (await prepareOrReport('npm test')) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 1;
  });
} else {
  process.exitCode = 2;
}
