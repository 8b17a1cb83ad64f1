import type { Clock } from '../clock.ts';

export interface ManualClock extends Clock {
  /** Timers that have not fired and were not taken back. */
  readonly pendingCount: number;
  /** Moves time forward, firing what falls due, and lets promises settle between timers. */
  advance: (ms: number) => Promise<void>;
  /** Time passes, and no timer fires, as on a machine that sleeps: they are late when it wakes. */
  sleep: (ms: number) => void;
}

export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  const timers = new Set<{ atMs: number; callback: () => void }>();

  function nextDue(untilMs: number) {
    const due = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
    return due[0];
  }

  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    get pendingCount() {
      return timers.size;
    },
    sleep(ms) {
      nowMs += ms;
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.atMs);
        timer.callback();
        await settle();
      }
      nowMs = untilMs;
    },
  };
}

/** Lets everything that is ready run: promises of any depth settle before the next turn of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
