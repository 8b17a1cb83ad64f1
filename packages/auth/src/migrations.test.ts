import { createLogger } from '@netra/service';
import { getMigrations } from 'better-auth/db/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditLog } from './audit/audit-log.ts';
import { createUsers } from './directory/users.ts';
import { identityOptions } from './identity/identity-options.ts';
import { createPasswordRules } from './identity/passwords.ts';
import { createDevelopmentMailer } from './mail/mailer.ts';
import { createAttemptLimits } from './rate-limits/attempt-limits.ts';
import { createSignInLockout } from './rate-limits/sign-in-lockout.ts';
import { type AuthKit, startAuth } from './testing/auth-kit.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

test.each(['development', 'production'])(
  'the committed migrations leave the identity library nothing to create in %s',
  async (environment) => {
    const { pool } = kit;
    const limits = createAttemptLimits({ pool, now: Date.now });
    const plan = await getMigrations(
      identityOptions({
        ownerReturned: async () => undefined,
        pool,
        users: createUsers(pool),
        publicUrl: 'http://localhost:8080',
        identitySecret: 'x'.repeat(43),
        isDevelopment: environment === 'development',
        trustedOrigins: () => [],
        audit: createAuditLog(pool),
        limits,
        lockout: createSignInLockout(limits),
        revocations: { add: async () => {} },
        passwordRules: createPasswordRules(),
        providers: [{ id: 'github', client_id: 'a', client_secret: 'b' }],
        mailer: createDevelopmentMailer(() => {}),
        runInBackground: () => {},
        log: createLogger({ level: 'silent' }),
      }),
    );
    expect(plan).toMatchObject({ toBeCreated: [], toBeAdded: [], toBeAddedIndexes: [], schemaProblems: [] });
  },
);
