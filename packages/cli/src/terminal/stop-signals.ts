import type { EventEmitter } from 'node:events';

export interface StopSignals {
  /** The first signal: stop in order. */
  readonly onStop: (signal: NodeJS.Signals) => void;
  /** A later one: the person does not want to wait. */
  readonly onForce: () => void;
  /** Default: this process. */
  readonly source?: EventEmitter;
  readonly now?: () => number;
}

/**
 * `npm start` gets Ctrl-C from the terminal, as this process does, and forwards it: one key press arrives twice.
 * What comes within this time of the first signal is the same wish.
 */
const SAME_WISH_MS = 700;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Listens until the returned function is called. */
export function listenForStop({
  onStop,
  onForce,
  source = process,
  now = Date.now,
}: StopSignals): () => void {
  let stoppedAtMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stoppedAtMs === undefined) {
      stoppedAtMs = now();
      onStop(signal);
    } else if (now() - stoppedAtMs > SAME_WISH_MS) {
      onForce();
    }
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) source.off(signal, onSignal);
  };
}
