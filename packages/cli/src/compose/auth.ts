import { type AuthService, authMigrations, createAuthService } from '@netra/auth';
import type { Config } from '@netra/service';
import { type Database, openSchema } from './database.ts';
import { resolveSecret } from './secrets.ts';
import type { Startup } from './startup.ts';

/** The auth service on its migrated schema. It is registered to stop before its connections do. */
export async function composeAuth(startup: Startup, database: Database): Promise<AuthService> {
  const { config, log, lifecycle, progress } = startup;
  progress('Starting the auth service');
  const { pool } = await openSchema(startup, database, {
    schema: 'auth',
    migrations: await authMigrations(),
  });
  const auth = await createAuthService({
    pool,
    publicUrl: config.publicUrl,
    environment: config.environment,
    encryptionKey: await resolveSecret(config, 'encryptionKey'),
    serviceId: config.serviceId,
    serviceSecret: await resolveSecret(config, 'serviceSecret'),
    trustedOrigins: trustedOrigins(config),
    log: log.child({ service: 'auth' }),
  });
  lifecycle.add('auth service', () => auth.stop());
  return auth;
}

function trustedOrigins({ publicUrl, allowedOrigins }: Config): string[] {
  return [...new Set([new URL(publicUrl).origin, ...allowedOrigins])];
}
