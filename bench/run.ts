/** `npm run bench [name…]`: each measurement prints its figures and what they are held against. */
import type { Figure } from './figure.ts';
import { measureIdle } from './idle.ts';
import { measureLatency } from './latency.ts';
import { measureStart } from './start.ts';

const MEASUREMENTS: Record<string, () => Promise<Figure[]>> = {
  latency: measureLatency,
  idle: measureIdle,
  start: measureStart,
};

const names = process.argv.slice(2);
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
  for (const figure of await measure()) {
    const isMet = figure.value <= figure.bar;
    if (!isMet) missed += 1;
    const { value, unit, bar, details = '' } = figure;
    console.log(
      `${isMet ? 'met   ' : 'MISSED'}  ${figure.name}: ${value.toFixed(1)} ${unit} (bar ${bar} ${unit}) ${details}`,
    );
  }
}
process.exitCode = missed > 0 ? 1 : 0;
