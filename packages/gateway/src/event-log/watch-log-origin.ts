import type { Logger } from '@netra/service';
import type { EventBus } from '../bus/event-bus.ts';
import type { Database } from './database.ts';
import { checkLogOrigin } from './log-origin.ts';

/** Before a look that failed is repeated. */
const retryMs = 1_000;

export interface WatchLogOriginOptions {
  database: Database;
  bus: EventBus;
  signal: AbortSignal;
  /** The log came from somewhere else while this process was running. */
  onRenewed: (() => void) | undefined;
  log: Logger;
}

/**
 * Looks where the log comes from when a process starts, and whenever it lost its database for a moment: a standby may
 * have taken over without what was written last.
 */
export function watchLogOrigin(options: WatchLogOriginOptions): { start(): Promise<void> } {
  const { database, bus, signal, onRenewed, log } = options;
  let known: string | undefined;

  const look = async (): Promise<void> => {
    const { origin, renewedThreads } = await checkLogOrigin(database);
    const isElsewhere = renewedThreads > 0 || (known !== undefined && known !== origin);
    if (renewedThreads > 0)
      log.warn(
        { threads: renewedThreads },
        'the database is another one than before: every thread has a new epoch',
      );
    if (isElsewhere && known !== undefined) onRenewed?.();
    known = origin;
  };

  const lookAgain = (): void => {
    if (signal.aborted) return;
    look().catch((cause: unknown) => {
      log.warn({ err: cause }, 'could not look where the log comes from, will try again');
      setTimeout(lookAgain, retryMs).unref();
    });
  };

  bus.listen(({ kind }) => {
    if (kind === 'lagged') lookAgain();
  });
  return { start: look };
}
