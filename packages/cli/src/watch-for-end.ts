import type { Lifecycle, Logger } from '@netra/service';
import type { CommandIo, ExitCode } from './command-io.ts';
import { listenForStop } from './terminal/stop-signals.ts';

export interface WatchOptions {
  readonly io: CommandIo;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** Whether a person reads along, or a log collector. */
  readonly isForPeople: boolean;
}

export interface Watch {
  /** Resolves to the exit code after an ordered stop. */
  readonly ended: Promise<ExitCode>;
  /** Stops in order because something is gone that the process cannot do without; exit code 2. */
  readonly fail: (reason: string, error?: unknown) => void;
  /** Takes the listeners off the process, for a start that failed by itself. */
  readonly leave: () => void;
}

/** Ends a serving process in order: after a signal (exit code 0), a failure, or an error that nobody caught (2). */
export function watchForEnd({ io, log, lifecycle, isForPeople }: WatchOptions): Watch {
  let resolve: (code: ExitCode) => void = () => undefined;
  const ended = new Promise<ExitCode>((settle) => {
    resolve = settle;
  });
  const end = async (reason: string, code: ExitCode): Promise<void> => {
    await lifecycle.stop(reason);
    leave();
    if (isForPeople && code === 0) io.out('  Stopped.');
    resolve(code);
  };
  const fail = (reason: string, error?: unknown): void => {
    log.fatal({ err: error }, `${reason} Stopping.`);
    void end(reason, 2);
  };
  const stopListening = listenForStop({
    onStop: (signal) => {
      if (isForPeople) io.out('\n  Stopping …');
      else log.info({ signal }, 'stopping');
      void end(signal, 0);
    },
    onForce: () => {
      io.err('  Stopped at once.');
      process.exit(1);
    },
  });
  // The state after an uncaught error is unknown; unhandled rejections arrive here too.
  const onDefect = (error: unknown): void => fail('An error that nobody caught.', error);
  const leave = (): void => {
    stopListening();
    process.off('uncaughtException', onDefect);
  };
  process.on('uncaughtException', onDefect);
  return { ended, fail, leave };
}
