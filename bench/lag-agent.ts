import { fileURLToPath } from 'node:url';
import { agentFromRun } from '@netra/agent';

/** The path of this module, for `--agents`. */
export const lagAgentModule = fileURLToPath(import.meta.url);

/** Of the event loop, in milliseconds. */
export interface Lag {
  readonly p99: number;
  readonly max: number;
  readonly samples: number;
}

const EVERY_MS = 10;
/** Of two minutes. */
const MAX_SAMPLES = 12_000;

const samples: { atMs: number; lagMs: number }[] = [];
let expectedAtMs = performance.now() + EVERY_MS;
// In the process of the server, whose event loop it watches; nothing else can see it from inside.
const timer = setInterval(() => {
  const now = performance.now();
  samples.push({ atMs: Date.now(), lagMs: Math.max(0, now - expectedAtMs) });
  expectedAtMs = now + EVERY_MS;
  if (samples.length > MAX_SAMPLES) samples.shift();
}, EVERY_MS);
timer.unref();

/**
 * Tells how late the event loop of its own process was, as JSON, since the time that the message names.
 * @public `netra gateway --agents` reads it.
 */
export const lag = agentFromRun({
  name: 'lag',
  description: 'Tells the lag of the event loop.',
  async *run(turn) {
    const sinceMs = Number(turn.messages.at(-1)?.text);
    const lags = samples.filter(({ atMs }) => atMs >= sinceMs).map(({ lagMs }) => lagMs);
    lags.sort((a, b) => a - b);
    const p99 = lags[Math.ceil(lags.length * 0.99) - 1] ?? Number.NaN;
    const told: Lag = { p99, max: lags.at(-1) ?? Number.NaN, samples: lags.length };
    yield { type: 'message', delta: JSON.stringify(told) };
  },
});
