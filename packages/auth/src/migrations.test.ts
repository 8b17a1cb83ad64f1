import { createLogger } from '@netra/service';
import { getMigrations } from 'better-auth/db/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUsers } from './directory/users.ts';
import { identityOptions } from './identity/identity-options.ts';
import { type AuthKit, startAuth } from './testing/auth-kit.ts';

let kit: AuthKit;
beforeAll(async () => {
  kit = await startAuth();
});
afterAll(() => kit.stop());

test('the committed migrations leave the identity library nothing to create', async () => {
  const { pool } = kit;
  const plan = await getMigrations(
    identityOptions({
      pool,
      users: createUsers(pool),
      publicUrl: 'http://localhost:8080',
      identitySecret: 'x'.repeat(43),
      isDevelopment: true,
      trustedOrigins: () => [],
      log: createLogger({ level: 'silent' }),
    }),
  );
  expect(plan).toMatchObject({ toBeCreated: [], toBeAdded: [], toBeAddedIndexes: [], schemaProblems: [] });
});
