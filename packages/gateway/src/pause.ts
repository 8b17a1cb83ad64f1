import { setTimeout } from 'node:timers/promises';

/** Resolves after `delayMs`, or at once when `signal` aborts, which is all that the timer can fail by. Keeps no process alive. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return setTimeout(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
}
