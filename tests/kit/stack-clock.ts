import type { NetraClientOptions } from '@netra/client';
import type { Stack } from './stack.ts';

type Clock = NonNullable<NetraClientOptions['clock']>;

/** The clock of a stack for a client of it, so that both live through the same hour. */
export interface StackClock extends Clock {
  /** Moves both ahead; the client's timers that fall due fire. */
  advance(durationMs: number): void;
}

export function createStackClock(stack: Stack): StackClock {
  const timers = new Set<{ dueAtMs: number; fire: () => void }>();
  return {
    now: stack.now,
    after(delayMs, callback) {
      const timer = {
        dueAtMs: stack.now() + delayMs,
        fire() {
          cancel();
          callback();
        },
      };
      // Longer than a day: nobody waits for it here, and Node would fire it at once.
      const handle = setTimeout(timer.fire, Math.min(delayMs, 86_400_000));
      const cancel = () => {
        clearTimeout(handle);
        timers.delete(timer);
      };
      timers.add(timer);
      return cancel;
    },
    advance(durationMs) {
      stack.advance(durationMs);
      const due = [...timers].filter(({ dueAtMs }) => dueAtMs <= stack.now());
      for (const { fire } of due.sort((a, b) => a.dueAtMs - b.dueAtMs)) fire();
    },
  };
}
