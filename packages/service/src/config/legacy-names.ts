import type { ConfigNote } from './config.ts';

const secretKey =
  'Use AUTH_ENCRYPTION_KEY and SERVICE_SECRET; signing keys are made and kept in the database.';
const testSwitch = 'There is no test path in the server: tests sign in as real users.';
const e2eKey = 'Tests sign in as real users.';

/** Names that other products and older set-ups use. They are never read, and never silently. */
const legacyNames: Readonly<Record<string, string>> = {
  JWT_SECRET: secretKey,
  AUTH_JWT_SECRET: secretKey,
  SECRET_KEY: secretKey,
  STAGING_JWT_SECRET: secretKey,
  E2E_BYPASS_KEY: e2eKey,
  STAGING_E2E_BYPASS_KEY: e2eKey,
  E2E_TESTING: testSwitch,
  PYTEST_RUNNING: testSwitch,
  STAGING_E2E_TEST: testSwitch,
  E2E_TEST_ENV: testSwitch,
};

export function legacyNotes(env: Readonly<Record<string, string | undefined>>): ConfigNote[] {
  return Object.entries(legacyNames)
    .filter(([name]) => env[name] !== undefined && env[name] !== '')
    .map(([setting, advice]) => ({ setting, message: `is set, and Netra does not read it. ${advice}` }));
}
