import {
  type Config,
  type ConfigRole,
  createLifecycle,
  createLogger,
  type Lifecycle,
  type Logger,
  loadConfig,
} from '@netra/service';
import type { CommandIo, ExitCode } from './command-io.ts';
import type { Startup } from './compose/startup.ts';
import { describeConfigProblems } from './terminal/failure.ts';
import { listenForStop } from './terminal/stop-signals.ts';

export interface ServeOptions {
  readonly io: CommandIo;
  readonly role: ConfigRole;
  /** Starts everything and resolves to the lines that say it is ready. */
  readonly start: (startup: Startup) => Promise<readonly string[]>;
}

/**
 * The life of a serving process: read the settings, start, wait for a signal, stop in order.
 * Resolves when it has stopped; a failed start stops what had started and throws.
 */
export async function serve({ io, role, start }: ServeOptions): Promise<ExitCode> {
  const result = loadConfig(io.env, { role });
  if (!result.ok) {
    for (const line of describeConfigProblems(result.problems)) io.err(line);
    return 2;
  }
  const { config, notes } = result;
  for (const { setting, message } of notes) io.err(`  Note: ${setting}: ${message}`);
  const isForPeople = config.environment === 'development';
  const log = createLogger({ level: config.logLevel, pretty: isForPeople });
  const lifecycle = createLifecycle({ log });
  const stopped = watchForEnd({ io, log, lifecycle, isForPeople });
  try {
    const lines = await start(startupOf({ config, log, lifecycle, io, isForPeople }));
    if (!lifecycle.stopping) for (const line of lines) io.out(line);
  } catch (error) {
    const wasAskedToStop = lifecycle.stopping;
    await lifecycle.stop('the start failed');
    // A start that was interrupted fails in some step or other; that is not worth a word.
    if (!wasAskedToStop) throw error;
  }
  return stopped;
}

interface Watched {
  readonly io: CommandIo;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly isForPeople: boolean;
}

/** Resolves to the exit code once a signal, or a failure that nobody caught, has led to an ordered stop. */
function watchForEnd({ io, log, lifecycle, isForPeople }: Watched): Promise<ExitCode> {
  return new Promise((resolve) => {
    const end = async (reason: string, code: ExitCode): Promise<void> => {
      await lifecycle.stop(reason);
      stopListening();
      process.off('uncaughtException', onDefect);
      if (isForPeople && code === 0) io.out('  Stopped.');
      endForcefullyLater();
      resolve(code);
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
    const onDefect = (error: unknown): void => {
      log.fatal({ err: error }, 'uncaught error; stopping');
      void end('uncaught error', 2);
    };
    process.on('uncaughtException', onDefect);
  });
}

/** After an ordered stop nothing should hold the process; what does anyway may not do so for longer than this. */
const LINGER_MS = 1_000;

function endForcefullyLater(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

function startupOf({ config, log, lifecycle, io, isForPeople }: Watched & { config: Config }): Startup {
  // While a person watches the start, its steps are told as progress, and the log keeps to what went wrong.
  const isQuiet = isForPeople && config.logLevel === 'info';
  return {
    config,
    lifecycle,
    log: isQuiet ? log.child({}, { level: 'warn' }) : log,
    progress: (message) => {
      if (isForPeople) io.out(`  ${message} …`);
      else log.info(message);
    },
  };
}
