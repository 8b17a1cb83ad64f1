import type { LogLevel } from '../logging/logger.ts';

export type Environment = 'development' | 'staging' | 'production';
export type ConfigRole = 'up' | 'auth' | 'gateway' | 'migrate';

export interface ModelConfig {
  readonly openaiApiKey?: string;
  readonly openaiBaseUrl?: string;
  readonly anthropicApiKey?: string;
  readonly googleApiKey?: string;
  readonly model?: string;
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
  readonly serviceId: string;
  readonly serviceSecret?: string;
  readonly logLevel: LogLevel;
  readonly model: ModelConfig;
}

/** Something to mend before a start: which setting, what is wrong, and the command or value that mends it. */
export interface ConfigProblem {
  readonly setting: string;
  readonly message: string;
  readonly fix: string;
}

/** Worth a line, no reason to refuse: an old name that is never read, say. */
export interface ConfigNote {
  readonly setting: string;
  readonly message: string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly notes: ConfigNote[] }
  | { readonly ok: false; readonly problems: ConfigProblem[] };

export function loadConfig(
  _env: Readonly<Record<string, string | undefined>>,
  _options: { readonly role: ConfigRole },
): ConfigResult {
  return { ok: false, problems: [] };
}

/** The origins of a development server: `localhost`, `127.0.0.1` and `[::1]` at the port that it really listens on. */
export function developmentOrigins(port: number): string[] {
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${port}`);
}
