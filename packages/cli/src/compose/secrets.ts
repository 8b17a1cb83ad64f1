import { AppError, type Config, loadOrCreateSecrets } from '@netra/service';

const SETTINGS = { encryptionKey: 'AUTH_ENCRYPTION_KEY', serviceSecret: 'SERVICE_SECRET' } as const;

/**
 * A configured secret; in development one that is not configured is made once and kept in the data directory.
 * Elsewhere there is no default, and `loadConfig` has reported a missing one before this is reached.
 */
export async function ownSecret(config: Config, name: keyof typeof SETTINGS): Promise<string> {
  const configured = config[name];
  if (configured !== undefined) return configured;
  if (config.environment === 'development') return (await loadOrCreateSecrets(config.dataDir))[name];
  throw new AppError('config_missing', `${SETTINGS[name]} is not set.`, {
    fix: `Set ${SETTINGS[name]}; docs/configuration.md says how to make one.`,
  });
}
