import path from 'node:path';
import type { LogLevel } from '../logging/logger.ts';
import { checkCombination } from './check-combination.ts';
import type { ConfigNote, ConfigProblem } from './config-problem.ts';
import { foreignNames } from './foreign-names.ts';
import { legacyNotes } from './legacy-names.ts';
import { type EnvironmentVariables, readSettings } from './read-settings.ts';
import type { SettingValues } from './settings.ts';
import type { SignInProvider } from './sign-in-providers.ts';
import type { TrustedIssuerSetting } from './trusted-issuers.ts';

export type Environment = 'development' | 'staging' | 'production';
export type ConfigRole = 'up' | 'auth' | 'gateway' | 'migrate';

export interface ModelConfig {
  readonly openaiApiKey?: string;
  readonly openaiBaseUrl?: string;
  readonly anthropicApiKey?: string;
  readonly googleApiKey?: string;
  readonly model?: string;
}

export interface MailConfig {
  readonly smtpUrl: string;
  readonly from: string;
}

export interface Config {
  readonly environment: Environment;
  readonly host: string;
  readonly port: number;
  /** Base of every URL, issuer and link, without a slash at the end. */
  readonly publicUrl: string;
  readonly allowedOrigins: string[];
  /** Names in `Host` that are answered, without port. */
  readonly allowedHosts: string[] | 'any';
  /** Absolute. */
  readonly dataDir: string;
  /** Absent: embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string;
  /** Where the auth service is reached; `publicUrl` unless set. */
  readonly authUrl: string;
  readonly authIssuer: string;
  readonly encryptionKey?: string;
  /** Absent: the auth service's own default. */
  readonly rotateKeysAfterMs?: number;
  readonly serviceId: string;
  readonly serviceSecret?: string;
  /** Addresses and ranges whose `X-Forwarded-For` counts. */
  readonly trustedProxies: string[];
  /** Absent: 30. */
  readonly eventRetentionDays?: number;
  /** Absent: the contract's 25 s. */
  readonly heartbeatMs?: number;
  /** Absent: 12,000 per address. 0: no limit. */
  readonly handshakesPerMinute?: number;
  /** Absent: the contract's 20. */
  readonly maxConnectionsPerUser?: number;
  /** Absent: 50. */
  readonly maxConnectionMinutes?: number;
  /** Absent: no metrics are served. */
  readonly ops?: { readonly host: string; readonly port: number };
  /** Absent: incidents are in the log alone. */
  readonly incidentWebhookUrl?: string;
  /** Absent: no mail is sent. */
  readonly mail?: MailConfig;
  readonly signInProviders: SignInProvider[];
  /** Absent: end-to-end tests have no sign-in. Never there in production. */
  readonly e2eKey?: string;
  /** Besides this installation itself. */
  readonly trustedIssuers: TrustedIssuerSetting[];
  readonly logLevel: LogLevel;
  readonly model: ModelConfig;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly notes: ConfigNote[] }
  | {
      readonly ok: false;
      readonly problems: ConfigProblem[];
      readonly notes: ConfigNote[];
      /** As far as they could be read: others have more to say of them, and all of it is to be said at once. */
      readonly trustedIssuers: TrustedIssuerSetting[];
    };

const DAY_MS = 24 * 60 * 60_000;
const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Reads the settings of one command from the given variables, reporting every problem at once. Files named by
 * `NAME_FILE` are read; nothing else is touched. Old names of other products come back as notes.
 */
export function loadConfig(env: EnvironmentVariables, { role }: { readonly role: ConfigRole }): ConfigResult {
  const { values, problems } = readSettings(env, role);
  // Whoever names an environment, even a misspelt one, means a deployment: judged as such, all that is missing shows.
  const environment = values.ENVIRONMENT ?? (isSet(env.ENVIRONMENT) ? 'staging' : 'development');
  const notes = legacyNotes(env);
  const forbidden = forbiddenNames(env, { environment, role });
  const reported = new Set(forbidden.map(({ setting }) => baseName(setting)));
  // A setting that must go need not be right, and one that is there but wrong is not also missing.
  const wrong = problems.filter(({ setting }) => !reported.has(baseName(setting)));
  for (const { setting } of wrong) reported.add(baseName(setting));
  const found = checkCombination({ values, environment, role }).filter(
    ({ setting }) => !reported.has(setting),
  );
  const all = [...wrong, ...found, ...forbidden];
  if (all.length > 0) {
    return { ok: false, problems: all, notes, trustedIssuers: values.TRUSTED_ISSUERS ?? [] };
  }
  const foreign = runsAuth(role) ? foreignNames(env) : [];
  return { ok: true, config: buildConfig(values, environment), notes: [...notes, ...foreign] };
}

/** What must not be set at all. */
function forbiddenNames(
  env: EnvironmentVariables,
  { environment, role }: { environment: Environment; role: ConfigRole },
): ConfigProblem[] {
  const foreign = environment === 'development' || !runsAuth(role) ? [] : foreignNames(env);
  if (environment !== 'production' || role === 'migrate') return foreign;
  const testKeys = ['E2E_OAUTH_SIMULATION_KEY', 'E2E_OAUTH_SIMULATION_KEY_FILE'].filter(
    (name) => env[name] !== undefined && env[name] !== '',
  );
  const sentence = 'would let end-to-end tests sign in, and must not be set in production.';
  return [
    ...testKeys.map((setting) => ({
      setting,
      code: 'not_allowed' as const,
      message: `${setting} ${sentence}`,
      fix: `unset ${setting}`,
    })),
    ...foreign,
  ];
}

function runsAuth(role: ConfigRole): boolean {
  return role === 'up' || role === 'auth';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function baseName(setting: string): string {
  return setting.replace(/_FILE$/, '');
}

/** The origins of a development server: `localhost`, `127.0.0.1` and `[::1]` at the port that it really listens on. */
export function developmentOrigins(port: number): string[] {
  return loopbackHosts.map((host) => `http://${host}:${port}`);
}

function buildConfig(values: SettingValues, environment: Environment): Config {
  const isDevelopment = environment === 'development';
  const port = values.PORT ?? 8080;
  const publicUrl = values.NETRA_PUBLIC_URL ?? `http://${localName(values.HOST)}:${port}`;
  const authUrl = values.NETRA_AUTH_URL ?? publicUrl;
  return {
    environment,
    host: listenAddress(values.HOST ?? (isDevelopment ? '127.0.0.1' : '0.0.0.0')),
    port,
    publicUrl,
    allowedOrigins: unique([
      publicUrl,
      ...(values.ALLOWED_ORIGINS ?? []),
      ...(isDevelopment ? developmentOrigins(port) : []),
    ]),
    allowedHosts: allowedHosts(values, { isDevelopment, publicUrl }),
    dataDir: path.resolve(values.NETRA_DATA_DIR ?? '.netra'),
    ...defined({
      databaseUrl: values.DATABASE_URL,
      encryptionKey: values.AUTH_ENCRYPTION_KEY,
      rotateKeysAfterMs: values.SIGNING_KEY_DAYS && values.SIGNING_KEY_DAYS * DAY_MS,
      serviceSecret: values.SERVICE_SECRET,
      e2eKey: values.E2E_OAUTH_SIMULATION_KEY,
      eventRetentionDays: values.NETRA_EVENT_RETENTION_DAYS,
      heartbeatMs: values.NETRA_HEARTBEAT_MS,
      handshakesPerMinute: values.NETRA_HANDSHAKES_PER_MINUTE,
      maxConnectionsPerUser: values.NETRA_MAX_CONNECTIONS_PER_USER,
      maxConnectionMinutes: values.NETRA_MAX_CONNECTION_MINUTES,
      incidentWebhookUrl: values.NETRA_INCIDENT_WEBHOOK_URL,
    }),
    ...(values.NETRA_OPS_PORT === undefined
      ? {}
      : {
          ops: {
            host: listenAddress(values.NETRA_OPS_HOST ?? 'localhost'),
            port: values.NETRA_OPS_PORT,
          },
        }),
    authUrl,
    authIssuer: values.NETRA_AUTH_ISSUER ?? (isDevelopment ? authUrl : publicUrl),
    serviceId: values.SERVICE_ID ?? 'netra-gateway',
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    ...(values.SMTP_URL === undefined || values.MAIL_FROM === undefined
      ? {}
      : { mail: { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM } }),
    signInProviders: values.SIGN_IN_PROVIDERS ?? [],
    trustedIssuers: values.TRUSTED_ISSUERS ?? [],
    logLevel: values.LOG_LEVEL ?? 'info',
    model: defined({
      openaiApiKey: values.OPENAI_API_KEY,
      openaiBaseUrl: values.OPENAI_BASE_URL,
      anthropicApiKey: values.ANTHROPIC_API_KEY,
      googleApiKey: values.GOOGLE_GENERATIVE_AI_API_KEY,
      model: values.NETRA_MODEL,
    }),
  };
}

/** What a development server is called: `localhost`, unless it listens where that name does not lead. */
function localName(host = 'localhost'): string {
  return /^127\./.test(host) && host !== '127.0.0.1' ? host : 'localhost';
}

function allowedHosts(
  values: SettingValues,
  { isDevelopment, publicUrl }: { isDevelopment: boolean; publicUrl: string },
): string[] | 'any' {
  if (values.ALLOWED_HOSTS !== undefined) return values.ALLOWED_HOSTS.map((host) => host.toLowerCase());
  return isDevelopment ? unique([...loopbackHosts, new URL(publicUrl).hostname]) : 'any';
}

/** `localhost` may mean either loopback address, and which one differs between machines. */
function listenAddress(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, '');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined, as exactOptionalPropertyTypes wants it. */
function defined<T extends object>(values: T): Defined<T> {
  // Object.fromEntries forgets the names that it was given.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
