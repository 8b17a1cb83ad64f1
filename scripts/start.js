// `npm start`: installs what is missing, builds what is stale, then runs `netra up` in this process.
// Plain JavaScript without dependencies, because it runs before node_modules exists. This first file keeps to
// old syntax and no static imports of ours, so that an old Node reads as far as the message.
const minimum = [20, 19];
const current = process.versions.node.split('.').map(Number);
const isTooOld = current[0] < minimum[0] || (current[0] === minimum[0] && current[1] < minimum[1]);

if (isTooOld) {
  console.error(`Netra needs Node ${minimum.join('.')} or newer; this is Node ${process.versions.node}.`);
  console.error('Install it with `nvm install 20` or from https://nodejs.org, then run `npm start` again.');
  process.exitCode = 2;
} else {
  void import('./start/prepare.js').then(({ prepareAndRun }) => prepareAndRun(process.argv.slice(2)));
}
