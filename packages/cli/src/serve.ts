import { type ConfigRole, createLifecycle, createLogger, loadConfig } from '@netra/service';
import type { CommandIo, ExitCode } from './command-io.ts';
import type { Ready, Startup } from './compose/startup.ts';
import { describeConfigProblems } from './terminal/failure.ts';
import { watchForEnd } from './watch-for-end.ts';

export interface ServeOptions {
  readonly io: CommandIo;
  readonly role: ConfigRole;
  readonly start: (startup: Startup) => Promise<Ready>;
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
  const stepLog = isForPeople && config.logLevel === 'info' ? log.child({}, { level: 'warn' }) : log;
  const lifecycle = createLifecycle({ log });
  const { ended, fail, leave } = watchForEnd({ io, log, lifecycle, isForPeople });
  const progress = (message: string): void => {
    if (isForPeople) io.out(`  ${message} …`);
    else log.info(message);
  };
  try {
    const { url, lines } = await start({ config, log, stepLog, lifecycle, progress, fail });
    if (lifecycle.stopping) return ended;
    if (isForPeople) for (const line of lines) io.out(line);
    else log.info({ url }, 'ready');
  } catch (error) {
    // A start that was interrupted fails in some step or other; that is not worth a word.
    if (lifecycle.stopping) return ended;
    await lifecycle.stop('the start failed');
    leave();
    throw error;
  }
  return ended;
}
