import { type AuthService, authMigrations, createAuthService, type Mail } from '@netra/auth';
import type { Config } from '@netra/service';
import { type Database, openSchema } from './database.ts';
import { ownSecret } from './secrets.ts';
import type { Startup } from './startup.ts';
import { composeTrustedIssuers } from './trusted-issuers.ts';

/** The auth service on its migrated schema. It is registered to stop before its connections do. */
export async function composeAuth(startup: Startup, database: Database): Promise<AuthService> {
  const { config, sharedSecret, log, lifecycle, progress, show } = startup;
  progress('Starting the auth service');
  const { pool } = await openSchema(startup, database, {
    schema: 'auth',
    migrations: await authMigrations(),
  });
  const auth = await createAuthService({
    pool,
    publicUrl: config.publicUrl,
    environment: config.environment,
    encryptionKey: await ownSecret(config, 'encryptionKey'),
    serviceId: config.serviceId,
    serviceSecret: await ownSecret(config, 'serviceSecret'),
    trustedOrigins: trustedOrigins(config),
    trustedProxies: config.trustedProxies,
    ...(sharedSecret && { sharedSecret }),
    issuers: composeTrustedIssuers(config.trustedIssuers, {
      fetch: (request) => fetch(request),
      log: log.child({ service: 'auth' }),
    }),
    ...(config.rotateKeysAfterMs !== undefined && { rotateKeysAfterMs: config.rotateKeysAfterMs }),
    ...(config.e2eKey !== undefined && { e2eKey: config.e2eKey }),
    identity: {
      mail: config.mail,
      providers: config.signInProviders,
      ...(show && { onDevelopmentMail: (mail) => show(describeMail(mail)) }),
    },
    log: log.child({ service: 'auth' }),
  });
  lifecycle.add('auth service', () => auth.stop());
  return auth;
}

function trustedOrigins({ publicUrl, allowedOrigins }: Config): string[] {
  return [...new Set([new URL(publicUrl).origin, ...allowedOrigins])];
}

/** A development without a mail server shows its mails where it was started. */
function describeMail({ to, subject, text }: Mail): string[] {
  return [
    '',
    `  Mail to ${to}: ${subject}`,
    '',
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
    '',
  ];
}
