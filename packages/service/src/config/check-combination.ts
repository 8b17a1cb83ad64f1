import type { ConfigRole, Environment } from './config.ts';
import type { ConfigProblem } from './config-problem.ts';
import { problemOf } from './read-settings.ts';
import { SETTINGS, type SettingName, type SettingValues } from './settings.ts';
import type { TrustedIssuerSetting } from './trusted-issuers.ts';

export interface Combination {
  readonly values: SettingValues;
  readonly environment: Environment;
  readonly role: ConfigRole;
}

type Rule = (combination: Combination) => ConfigProblem | readonly ConfigProblem[] | undefined;

/** Secrets of different purposes: one that leaks must not open what another guards. */
const distinctSecrets = ['AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET', 'E2E_OAUTH_SIMULATION_KEY'] as const;

const rules: readonly Rule[] = [
  developmentStaysOnThisMachine,
  required('NETRA_PUBLIC_URL', ({ environment }) => environment !== 'development'),
  publicUrlIsEncrypted,
  required(
    'DATABASE_URL',
    ({ environment, role }) => environment !== 'development' || role === 'auth' || role === 'gateway',
  ),
  required('AUTH_ENCRYPTION_KEY', ({ environment }) => environment !== 'development'),
  required('SERVICE_SECRET', ({ environment }) => environment !== 'development'),
  secretsDiffer('SERVICE_SECRET'),
  secretsDiffer('E2E_OAUTH_SIMULATION_KEY'),
  ownIssuerIsNotForeign,
  issuerSecretsDiffer,
  issuerKeysAreEncrypted,
  required('MAIL_FROM', ({ values }) => values.SMTP_URL !== undefined),
  required('SMTP_URL', ({ values }) => values.MAIL_FROM !== undefined),
];

/** What no single value shows: settings that are missing, or do not go together, in this environment and role. */
export function checkCombination(combination: Combination): ConfigProblem[] {
  return rules.flatMap((rule) => rule(combination) ?? []);
}

function required(name: SettingName, isRequired: (combination: Combination) => boolean): Rule {
  const roles: readonly ConfigRole[] = SETTINGS[name].roles;
  return (combination) => {
    const { values, environment, role } = combination;
    if (values[name] !== undefined || !roles.includes(role) || !isRequired(combination)) return undefined;
    return problemOf(name, { code: 'missing', message: `is required for netra ${role} in ${environment}` });
  };
}

/** Without secrets of its own making, an open port would be an open installation. */
function developmentStaysOnThisMachine({ values, environment }: Combination): ConfigProblem[] {
  if (environment !== 'development') return [];
  return (['HOST', 'NETRA_OPS_HOST'] as const).flatMap((setting) => {
    const host = values[setting];
    if (host === undefined || isLoopback(host)) return [];
    return {
      setting,
      code: 'not_allowed' as const,
      message: `${setting}=${host} would open a development server to the network.`,
      fix: `Set ENVIRONMENT=staging or ENVIRONMENT=production, or unset ${setting}`,
    };
  });
}

function publicUrlIsEncrypted({ values, environment }: Combination): ConfigProblem | undefined {
  const url = values.NETRA_PUBLIC_URL === undefined ? undefined : new URL(values.NETRA_PUBLIC_URL);
  if (environment === 'development' || url === undefined) return undefined;
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined;
  return problemOf('NETRA_PUBLIC_URL', {
    code: 'not_allowed',
    message: 'must begin with https:// so that no token travels in the clear',
  });
}

function secretsDiffer(name: (typeof distinctSecrets)[number]): Rule {
  const others = distinctSecrets.slice(0, distinctSecrets.indexOf(name));
  return ({ values }) => {
    const twin = others.find((other) => values[name] !== undefined && values[other] === values[name]);
    return twin && problemOf(name, { code: 'conflict', message: `must not be the same as ${twin}` });
  };
}

function ownIssuerIsNotForeign({ values }: Combination): ConfigProblem | undefined {
  const own = [values.NETRA_PUBLIC_URL, values.NETRA_AUTH_ISSUER];
  const foreign = values.TRUSTED_ISSUERS?.find(({ issuer }) => own.includes(issuer));
  if (foreign === undefined) return undefined;
  return {
    setting: 'TRUSTED_ISSUERS',
    code: 'conflict',
    message: `TRUSTED_ISSUERS holds ${foreign.issuer}, which is this installation itself.`,
    fix: 'Remove that entry: our own tokens are trusted already',
  };
}

/** Whoever mints tokens elsewhere must hold no secret of this installation, and none of another issuer. */
function issuerSecretsDiffer({ values }: Combination): ConfigProblem[] {
  const issuers = values.TRUSTED_ISSUERS ?? [];
  return issuers.flatMap((entry, at) => {
    const secrets = issuerSecrets(entry);
    const own = distinctSecrets.filter((name) => secrets.some((secret) => secret === values[name]));
    const others = issuers
      .slice(0, at)
      .filter((other) => issuerSecrets(other).some((secret) => secrets.includes(secret)))
      .map(({ issuer }) => `that of ${issuer}`);
    return [...own, ...others].map((twin) => ({
      setting: 'TRUSTED_ISSUERS',
      code: 'conflict' as const,
      message: `TRUSTED_ISSUERS: the secret of ${entry.issuer} must not be the same as ${twin}.`,
      fix: 'Make a new one, and set it there and at that issuer: openssl rand -base64 48',
    }));
  });
}

function issuerSecrets({ secret, secrets = [] }: TrustedIssuerSetting): string[] {
  return [...(secret === undefined ? [] : [secret]), ...secrets.map((each) => each.secret)];
}

/** Whoever can change the keys on their way here can sign in as anybody. */
function issuerKeysAreEncrypted({ values, environment }: Combination): ConfigProblem[] {
  if (environment === 'development') return [];
  return (values.TRUSTED_ISSUERS ?? [])
    .filter((entry) => issuerSecrets(entry).length === 0 && !isSafeAddress(entry.jwks_url ?? entry.issuer))
    .map(({ issuer, jwks_url: jwksUrl }) => ({
      setting: 'TRUSTED_ISSUERS',
      code: 'not_allowed',
      message:
        jwksUrl === undefined
          ? `TRUSTED_ISSUERS: ${issuer} must begin with https:// so that nobody changes its keys on their way.`
          : `TRUSTED_ISSUERS: the jwks_url of ${issuer} must begin with https:// so that nobody changes the keys on their way.`,
      fix:
        jwksUrl === undefined
          ? 'Name an https:// address as its jwks_url, or the issuer by its https:// name'
          : 'Set its jwks_url to an https:// address',
    }));
}

function isSafeAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
}
