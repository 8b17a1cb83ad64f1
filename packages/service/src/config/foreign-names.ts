import type { ConfigProblem } from './config-problem.ts';
import type { EnvironmentVariables } from './read-settings.ts';

const REPLACEMENTS: Readonly<Record<string, string>> = {
  BETTER_AUTH_TRUSTED_ORIGINS: 'ALLOWED_ORIGINS does that here.',
  BETTER_AUTH_URL: 'NETRA_PUBLIC_URL does that here.',
  BETTER_AUTH_SECRET: 'AUTH_ENCRYPTION_KEY does that here.',
  BETTER_AUTH_SECRETS: 'AUTH_ENCRYPTION_KEY does that here.',
};

/** The identity library reads variables of its own past our settings, and some of them widen what it accepts. */
export function foreignNames(env: EnvironmentVariables): ConfigProblem[] {
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith('BETTER_AUTH_') && value !== undefined && value !== '')
    .map(([setting]) => ({
      setting,
      code: 'not_allowed',
      message: `${setting} would be read by the identity library past all checks. ${REPLACEMENTS[setting] ?? 'Netra has no use for it.'}`,
      fix: `unset ${setting}`,
    }));
}
