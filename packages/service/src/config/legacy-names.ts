import type { ConfigNote } from './config-problem.ts';

interface LegacyName {
  readonly code: 'legacy' | 'test_switch';
  readonly instead: string;
}

const sharedSecret: LegacyName = {
  code: 'legacy',
  instead:
    'Keys that sign tokens are made and kept in the database; an installation that wants a shared secret sets JWT_SECRET_KEY, or JWT_SECRET_ and the environment.',
};
const e2eKey: LegacyName = { code: 'legacy', instead: 'Set E2E_OAUTH_SIMULATION_KEY; see docs/identity.md.' };
const testSwitch: LegacyName = {
  code: 'test_switch',
  instead: 'There is no test path in the server: tests sign in as real users, see docs/identity.md.',
};

/** Names that other products and older set-ups use. They are never read, and never silently. The one table of them. */
const legacyNames: Readonly<Record<string, LegacyName>> = {
  JWT_SECRET: sharedSecret,
  AUTH_JWT_SECRET: sharedSecret,
  SECRET_KEY: sharedSecret,
  STAGING_JWT_SECRET: sharedSecret,
  E2E_BYPASS_KEY: e2eKey,
  STAGING_E2E_BYPASS_KEY: e2eKey,
  E2E_TESTING: testSwitch,
  PYTEST_RUNNING: testSwitch,
  STAGING_E2E_TEST: testSwitch,
  E2E_TEST_ENV: testSwitch,
};

/** A note for each old name that is set, or whose `_FILE` is. */
export function legacyNotes(env: Readonly<Record<string, string | undefined>>): ConfigNote[] {
  return Object.entries(legacyNames).flatMap(([name, { code, instead }]) =>
    [name, `${name}_FILE`]
      .filter((setting) => env[setting] !== undefined && env[setting] !== '')
      .map((setting) => ({
        setting,
        code,
        message: `${setting} is set, and Netra does not read it. ${instead}`,
        fix: `unset ${setting}`,
      })),
  );
}
