import type { Logger, SignInProvider } from '@netra/service';
import type { BetterAuthOptions } from 'better-auth';
import { bearer } from 'better-auth/plugins/bearer';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Pool } from 'pg';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Users } from '../directory/users.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { AttemptLimits } from '../rate-limits/attempt-limits.ts';
import { routeLimits } from '../rate-limits/route-limits.ts';
import type { SignInLockout } from '../rate-limits/sign-in-lockout.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { accountRules } from './account-rules.ts';
import { changePassword } from './change-password.ts';
import { deleteAccount } from './delete-account.ts';
import { identityMails } from './identity-mails.ts';
import { ownPasswordGuard } from './own-password-guard.ts';
import { canHavePasskeys, passkeys } from './passkeys.ts';
import {
  MAX_PASSWORD_CHARS,
  MIN_PASSWORD_CHARS,
  type PasswordRules,
  passwordHashing,
  passwordRulesPlugin,
} from './passwords.ts';
import { recordChanges } from './record-changes.ts';
import { CLIENT_ADDRESS_HEADER, requestFacts } from './request-facts.ts';
import { resetPassword } from './reset-password.ts';
import { secondFactorGuard } from './second-factor-guard.ts';
import { securityEvents } from './security-events.ts';
import { signInGuard } from './sign-in-guard.ts';
import { signInLink } from './sign-in-link.ts';
import { providerOptions } from './sign-in-providers.ts';
import { totpOnce } from './totp-once.ts';

export interface IdentityOptions {
  pool: Pool;
  users: Users;
  publicUrl: string;
  identitySecret: string;
  isDevelopment: boolean;
  trustedOrigins: () => readonly string[];
  audit: AuditLog;
  limits: AttemptLimits;
  lockout: SignInLockout;
  /** After a password reset. */
  ownerReturned: (userId: string) => Promise<void>;
  revocations: Pick<Revocations, 'add'>;
  passwordRules: PasswordRules;
  providers: readonly SignInProvider[];
  /** Absent: no mail is sent, and what needs one does not exist. */
  mailer: Mailer | undefined;
  runInBackground: (work: Promise<unknown>) => void;
  log: Logger;
}

/** How the identity library is set up. Its tables are in `migrations/`; a test holds them equal to these options. */
export function identityOptions(options: IdentityOptions) {
  const { pool, publicUrl, isDevelopment, trustedOrigins, limits, log } = options;
  const { socialProviders, plugins: providerPlugins } = providerOptions(options.providers);
  const { password, emailVerification, changeEmail } = identityMails(options);
  return {
    appName: 'Netra',
    baseURL: publicUrl,
    basePath: '/auth',
    database: pool,
    // `secrets`, because the library prefers its own environment variable to `secret`.
    secrets: [{ version: 1, value: options.identitySecret }],
    trustedOrigins: () => [...trustedOrigins()],
    emailAndPassword: {
      enabled: true,
      minPasswordLength: MIN_PASSWORD_CHARS,
      maxPasswordLength: MAX_PASSWORD_CHARS,
      password: passwordHashing,
      ...password,
    },
    ...(emailVerification === undefined ? {} : { emailVerification }),
    // Whoever reads the database must not be able to follow a link that was meant for somebody's mailbox.
    verification: { storeIdentifier: { default: 'plain', overrides: { 'reset-password:': 'hashed' } } },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, defaultValue: 'user', input: false },
        active: { type: 'boolean', required: true, defaultValue: true, input: false },
      },
      deleteUser: {
        enabled: true,
        async afterDelete({ id: userId }: { id: string }, request?: Request) {
          await options.revocations.add({ kind: 'user', code: 'user_unknown', userId });
          const actor = { kind: 'user', id: userId } as const;
          await options.audit.record({
            action: 'user_deleted',
            actor,
            userId,
            ...requestFacts(request?.headers),
          });
        },
      },
      ...(changeEmail === undefined ? {} : { changeEmail }),
    },
    socialProviders,
    databaseHooks: recordChanges(options),
    plugins: [
      signInLink(),
      signInGuard(options),
      accountRules(),
      passwordRulesPlugin(options.passwordRules),
      ownPasswordGuard(options),
      // After the rules: it answers.
      resetPassword(),
      changePassword(),
      deleteAccount(),
      secondFactorGuard(limits),
      totpOnce(limits),
      twoFactor({
        issuer: 'Netra',
        backupCodeOptions: { storeBackupCodes: 'encrypted' },
        allowPasswordless: true,
      }),
      ...(canHavePasskeys(publicUrl) ? [passkeys(publicUrl)] : []),
      ...providerPlugins,
      // After the second factor: the session that it takes back must not be announced.
      bearer({ requireSignature: true }),
      securityEvents(options),
    ],
    rateLimit: routeLimits(limits, !isDevelopment),
    advanced: {
      cookiePrefix: 'netra',
      useSecureCookies: publicUrl.startsWith('https:'),
      // Stated, because the library switches the checks off by itself where it believes to be under test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      // Who asks for a mail must not learn from the time whether one was sent. The library logs what fails.
      backgroundTasks: { handler: options.runInBackground },
    },
    telemetry: { enabled: false },
    onAPIError: { throw: true, errorURL: `${publicUrl}/sign-in` },
    logger: {
      level: 'warn',
      log(level, message, ...details) {
        const error = details.find((detail) => detail instanceof Error);
        log[level]({ source: 'better-auth', ...(error ? { err: error } : {}) }, message);
      },
    },
  } satisfies BetterAuthOptions;
}

/** The library's endpoints that would only say that they are not configured, or that this service has no use for. */
export function absentPaths({ isDevelopment, mailer, providers }: IdentityOptions): ReadonlySet<string> {
  const byMail = [
    '/request-password-reset',
    '/reset-password/:token',
    '/send-verification-email',
    '/verify-email',
    '/change-email',
  ];
  return new Set([
    '/ok',
    '/error',
    '/delete-user/callback',
    // Nothing asks whether a password is right but what needs it.
    '/verify-password',
    // No token of a provider is kept.
    '/get-access-token',
    '/refresh-token',
    '/account-info',
    // Codes by mail are no second factor beside a password that is reset by mail.
    '/two-factor/send-otp',
    '/two-factor/verify-otp',
    '/two-factor/generate-totp',
    '/two-factor/view-backup-codes',
    ...(mailer === undefined ? byMail : []),
    // Nobody could confirm their address.
    ...(mailer === undefined && !isDevelopment ? ['/sign-up/email'] : []),
    ...(providers.length === 0
      ? ['/sign-in/social', '/link-social', '/unlink-account', '/callback/:id']
      : []),
  ]);
}
