import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { agentFromRun } from '@netra/agent';

/** The path of this module, for `--agents`. */
export const timedAgentModule = fileURLToPath(import.meta.url);

/** What a message tells the agent, as JSON. */
export interface TimedTalk {
  readonly deltas: number;
  readonly perSecond: number;
}

/** Microseconds on a clock that all processes of a machine share, and that no time server moves. */
export function machineTimeUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/**
 * Says numbered words at a steady pace, each with the moment at which it was said: `1@<µs> 2@<µs> …`.
 * @public `netra gateway --agents` reads it.
 */
export const timed = agentFromRun({
  name: 'timed',
  description: 'Says the time again and again.',
  async *run(turn, signal) {
    const { deltas, perSecond } = JSON.parse(turn.messages.at(-1)?.text ?? '') as TimedTalk; // the bench's own
    const startedAtMs = performance.now();
    for (let number = 1; number <= deltas && !signal.aborted; number++) {
      yield { type: 'message', delta: `${number}@${machineTimeUs()} ` };
      const waitMs = startedAtMs + (number * 1000) / perSecond - performance.now();
      // Without the signal, which is looked at often enough: to listen to it would cost more than to say a word.
      if (waitMs > 0) await delay(waitMs);
    }
  },
});
