import type { Clock } from './clock.ts';

/** One wait at a time that others may cut short. */
export interface Pause {
  wait: (delayMs: number, options: { mayCutShort: boolean }) => Promise<void>;
  /** Ends the wait, whatever it is for. */
  cut: () => void;
  /** Ends the wait unless the server asked for it. */
  cutIfAllowed: () => void;
}

export function createPause(clock: Clock): Pause {
  let current: { mayCutShort: boolean; end: () => void } | undefined;
  return {
    wait(delayMs, { mayCutShort }) {
      return new Promise((resolve) => {
        const end = () => {
          current = undefined;
          cancel();
          resolve();
        };
        const cancel = clock.after(delayMs, end);
        current = { mayCutShort, end };
      });
    },
    cut: () => current?.end(),
    cutIfAllowed() {
      if (current?.mayCutShort === true) current.end();
    },
  };
}
