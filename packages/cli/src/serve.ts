import { type ConfigRole, createLifecycle, createLogger, keepHeapYoung } from '@netra/service';
import type { CommandIo, ExitCode } from './command-io.ts';
import type { Ready, Startup } from './compose/startup.ts';
import { leaveStartProblems } from './settings/leave-start-problems.ts';
import { loadSettings } from './settings/load-settings.ts';
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
  const result = loadSettings(io.env, { role });
  for (const { message, fix } of result.notes) io.err(`  Note: ${message} ${fix}`);
  if (!result.ok) {
    for (const line of describeConfigProblems(result.problems)) io.err(line);
    await leaveStartProblems(io.env, { role, problems: result.problems });
    return 2;
  }
  keepHeapYoung();
  const { config } = result.settings;
  const isForPeople = config.environment === 'development';
  const log = createLogger({ level: config.logLevel, pretty: isForPeople });
  const stepLog = isForPeople && config.logLevel === 'info' ? log.child({}, { level: 'warn' }) : log;
  const lifecycle = createLifecycle({ log });
  const { ended, fail, leave } = watchForEnd({ io, log, lifecycle, isForPeople });
  const progress = (message: string): void => {
    if (isForPeople) io.out(`  ${message} …`);
    else log.info(message);
  };
  const show = (lines: readonly string[]): void => {
    for (const line of lines) io.out(line);
  };
  try {
    const { url, lines } = await start({
      ...result.settings,
      log,
      stepLog,
      lifecycle,
      progress,
      fail,
      ...(isForPeople && { show }),
    });
    if (lifecycle.stopping) return ended;
    // Another node has to know it, once the auth service refuses this one.
    const lasting = result.notes.filter(({ setting }) => setting === 'SERVICE_ID');
    void leaveStartProblems(io.env, { role, problems: lasting });
    if (isForPeople) show(lines);
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
