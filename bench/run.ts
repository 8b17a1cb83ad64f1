/** `npm run bench [name…] [-- --quick]`: each measurement prints its figures and what they are held against. */
import { measureAttempts } from './attempts.ts';
import { type Figure, isMet } from './figure.ts';
import { measureFlood } from './flood.ts';
import { measureGateway } from './gateway.ts';
import { measureIdle } from './idle.ts';
import { measureLatency } from './latency.ts';
import { measureReconnect } from './reconnect.ts';
import { measureRuns } from './runs.ts';
import { measureStart } from './start.ts';
import { measureToken } from './token.ts';

const MEASUREMENTS: Record<string, (options: { isQuick: boolean }) => Promise<Figure[]>> = {
  latency: measureLatency,
  idle: measureIdle,
  start: measureStart,
  token: measureToken,
  runs: measureRuns,
  reconnect: measureReconnect,
  gateway: measureGateway,
  attempts: measureAttempts,
  flood: measureFlood,
};

const names = process.argv.slice(2).filter((argument) => argument !== '--quick');
/** Shorter where a measurement knows how: good for a look, not for a verdict. */
const isQuick = process.argv.includes('--quick');
const unknown = names.filter((name) => !(name in MEASUREMENTS));
if (unknown.length > 0) {
  console.error(
    `There is no measurement ${unknown.join(', ')}. Choose from: ${Object.keys(MEASUREMENTS).join(', ')}`,
  );
  process.exit(2);
}
let missed = 0;
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const figure of await measure({ isQuick })) {
    const verdict = isMet(figure) ? 'met   ' : 'MISSED';
    if (!isMet(figure)) missed += 1;
    const { name: what, value, unit, bar, bound = 'at most', details = '' } = figure;
    const digits = unit === '/s' ? 0 : unit === '×' ? 2 : 1;
    console.log(
      `${verdict}  ${what}: ${value.toFixed(digits)} ${unit} (bar: ${bound} ${bar} ${unit}) ${details}`,
    );
  }
}
process.exitCode = missed > 0 ? 1 : 0;
