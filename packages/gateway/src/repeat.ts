/** Runs a task again and again, with a pause after each, until the signal aborts. A failure is reported, not fatal. */
export function repeat(
  task: () => Promise<void>,
  { everyMs, signal, onFailed }: { everyMs: number; signal: AbortSignal; onFailed: (cause: unknown) => void },
): void {
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    if (signal.aborted) return;
    timer = setTimeout(() => void turn(), everyMs);
    timer.unref();
  };
  const turn = (): Promise<void> => task().catch(onFailed).finally(plan);
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  plan();
}
