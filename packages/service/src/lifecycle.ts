import type { Logger } from './logging/logger.ts';

/** What stops with the process. `deadlineMs` is the time that is left for all of it. */
export type StopStep = (context: { reason: string; deadlineMs: number }) => void | Promise<void>;

export interface Lifecycle {
  /** Registers what must stop; the last one added stops first. After `stop` began, it is stopped at once. */
  add(name: string, stop: StopStep): void;
  /** Runs every step in reverse order, once; later calls wait for the same end. Never throws. */
  stop(reason: string): Promise<{ clean: boolean }>;
  readonly stopping: boolean;
}

export interface LifecycleOptions {
  readonly log: Logger;
  /** For all steps together. Default 9,000 ms: Cloud Run leaves 10 s after SIGTERM. */
  readonly deadlineMs?: number;
  /** What a step gets when the ones before it ate the whole time. Default 500 ms. */
  readonly minimumStepMs?: number;
  readonly now?: () => number;
}

/** Ordered stop of a process: a step that throws or hangs is logged, and the ones below it still get their turn. */
export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { log, deadlineMs = 9_000, minimumStepMs = 500, now = Date.now } = options;
  const steps: { name: string; stop: StopStep }[] = [];
  let stopped: Promise<{ clean: boolean }> | undefined;
  let stopReason = '';

  async function stopAll(reason: string): Promise<{ clean: boolean }> {
    const endsAt = now() + deadlineMs;
    let clean = true;
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      // A step that eats the whole time must not keep PostgreSQL, at the bottom, from being told to stop.
      const leftMs = Math.max(endsAt - now(), minimumStepMs);
      clean = (await runStep(step, { reason, deadlineMs: leftMs })) && clean;
    }
    return { clean };
  }

  async function runStep(
    { name, stop }: { name: string; stop: StopStep },
    context: { reason: string; deadlineMs: number },
  ): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), context.deadlineMs);
    });
    try {
      const outcome = await Promise.race([Promise.resolve(stop(context)), late]);
      if (outcome === 'late') log.warn({ step: name, deadlineMs: context.deadlineMs }, 'stop took too long');
      return outcome !== 'late';
    } catch (error) {
      log.error({ step: name, err: error }, 'stop failed');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    add(name, stop) {
      steps.push({ name, stop });
      if (stopped !== undefined) stopped = stopped.then(() => stopAll(stopReason));
    },
    stop(reason) {
      if (stopped === undefined) stopReason = reason;
      stopped ??= stopAll(reason);
      return stopped;
    },
    get stopping() {
      return stopped !== undefined;
    },
  };
}
