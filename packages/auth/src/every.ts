import type { Logger } from '@netra/service';

export interface Repetition {
  stop(): void;
}

/** Runs `work` every so often, never twice at once, and never for the sake of the process alone. */
export function every(
  intervalMs: number,
  { name, work, log }: { name: string; work: () => Promise<unknown>; log: Logger },
): Repetition {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    work()
      .catch((error: unknown) =>
        log.warn({ err: error, work: name }, 'periodic work failed; it is tried again'),
      )
      .finally(() => {
        isRunning = false;
      });
  }, intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
