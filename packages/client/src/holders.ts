import type { Clock } from './clock.ts';

/** Who wants something to be live. */
export interface Holders {
  readonly isHeld: boolean;
  /** Holds until the returned function is called. */
  retain: () => () => void;
  dispose: () => void;
}

export interface HoldersOptions {
  readonly clock: Clock;
  /** How long after the last holder left `onIdle` is called, unless one comes back. */
  readonly lingerMs: number;
  readonly onHeld: () => void;
  readonly onIdle: () => void;
}

export function createHolders({ clock, lingerMs, onHeld, onIdle }: HoldersOptions): Holders {
  let count = 0;
  let cancelLinger = () => {};

  function release(): void {
    count -= 1;
    if (count === 0) cancelLinger = clock.after(lingerMs, onIdle);
  }

  return {
    get isHeld() {
      return count > 0;
    },
    retain() {
      cancelLinger();
      count += 1;
      onHeld();
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        release();
      };
    },
    dispose: () => cancelLinger(),
  };
}
