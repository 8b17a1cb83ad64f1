import type { AuthService } from '@netra/auth';
import { type Config, createLifecycle, createLogger } from '@netra/service';
import type { ResolvedSecret } from '@netra/token';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { describeConfigProblems } from '../terminal/failure.ts';
import { composeAuth } from './auth.ts';
import { reachDatabase } from './database.ts';
import { withServedAddress } from './served-address.ts';

export interface AuthAtHand {
  readonly auth: AuthService;
  readonly config: Config;
  readonly sharedSecret?: ResolvedSecret;
}

export interface WithAuthOptions {
  readonly io: CommandIo;
  /** Changes settings for this command alone. */
  readonly adapt?: (config: Config) => Config;
}

/**
 * Runs one command with the auth service's own functions on the database of this installation, whether a server runs or
 * not. It wants the settings of that server. What it changes reaches running servers as what they change themselves.
 */
export async function withAuth(
  { io, adapt = (config) => config }: WithAuthOptions,
  work: (at: AuthAtHand) => Promise<ExitCode>,
): Promise<ExitCode> {
  const result = loadSettings(io.env, { role: 'up' });
  if (!result.ok) {
    for (const line of describeConfigProblems(result.problems)) io.err(line);
    return 2;
  }
  const { settings } = result;
  const config = adapt(await withServedAddress(settings.config, Boolean(io.env.NETRA_PUBLIC_URL)));
  const log = createLogger({ level: 'warn', destination: { write: (line) => io.err(line.trimEnd()) } });
  const lifecycle = createLifecycle({ log });
  const startup = {
    ...settings,
    config,
    log,
    stepLog: log,
    lifecycle,
    progress: (): void => undefined,
    // The query that was under way fails, and says more.
    fail: (reason: string): void => log.error(reason),
  };
  try {
    const auth = await composeAuth(startup, await reachDatabase(startup));
    return await work({ ...settings, auth, config });
  } finally {
    await lifecycle.stop('done');
  }
}
