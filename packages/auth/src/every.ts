import type { Logger } from '@netra/service';

export interface Repetition {
  /** Resolves when what was under way has ended: what it works on may be taken away then. */
  stop(): Promise<void>;
}

/** Runs `work` every so often, never twice at once, and never for the sake of the process alone. */
export function every(
  intervalMs: number,
  { name, work, log }: { name: string; work: () => Promise<unknown>; log: Logger },
): Repetition {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work()
      .then(() => undefined)
      .catch((error: unknown) =>
        log.warn({ err: error, work: name }, 'periodic work failed; it is tried again'),
      )
      .finally(() => {
        running = undefined;
      });
  }, intervalMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
