import { readFileSync } from 'node:fs';
import { serviceIdFinding } from '@netra/auth';
import {
  type Config,
  type ConfigNote,
  type ConfigProblem,
  type ConfigRole,
  type Environment as EnvironmentName,
  loadConfig,
} from '@netra/service';
import { type ResolvedSecret, resolveSecret, secretFault } from '@netra/token';
import type { Environment } from '../environment.ts';

/** Everything that a start is given by its environment. */
export interface Settings {
  readonly config: Config;
  /** The secret that tokens are signed with, where this installation chose one. Absent: keys in the database. */
  readonly sharedSecret?: ResolvedSecret;
  /** Every secret of the chain that is set, whether or not it was chosen: evidence for explanations. */
  readonly secretCandidates?: readonly { readonly source: string; readonly bytes: Uint8Array }[];
  /** What is worth a line and no reason to refuse a start: evidence for explanations. */
  readonly configFacts?: readonly (ConfigNote & { readonly service: string })[];
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings; readonly notes: readonly ConfigNote[] }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigProblem[];
      readonly notes: readonly ConfigNote[];
    };

/**
 * Reads and judges all settings of one command: the table of `@netra/service`, the secret chain of `@netra/token`, and what
 * only both together show. The start of a server and `netra config check` both call it, so that they cannot differ.
 */
export function loadSettings(env: Environment, { role }: { role: ConfigRole }): SettingsResult {
  const configured = loadConfig(env, { role });
  const environment = configured.ok ? configured.config.environment : environmentOf(env);
  const secret = role === 'migrate' ? undefined : chosenSecret(env, environment);
  const { trustedIssuers } = configured.ok ? configured.config : configured;
  const tokenSecrets = secret === undefined ? [] : tokenSecretsOf(env, environment);
  const problems = [
    ...(configured.ok ? [] : configured.problems),
    ...issuerSecretProblems(trustedIssuers),
    ...(secret?.ok === false ? secret.problems : []),
    ...tokenSecrets.flatMap((each) => sharedSecretReuse(env, each)),
    ...tokenSecrets.flatMap((each) => issuerSecretReuse(trustedIssuers, each)),
  ];
  const notes = [
    ...configured.notes,
    ...(role === 'migrate' ? [] : unsteadyServiceId(env)),
    ...(secret?.ok && configured.ok ? idleKeyAge(configured.config, secret.secret) : []),
  ];
  if (!configured.ok || problems.length > 0) return { ok: false, problems, notes };
  const sharedSecret = secret?.ok ? { sharedSecret: secret.secret } : {};
  const evidence = {
    secretCandidates: secretCandidates(env),
    configFacts: notes.map((note) => ({ ...note, service: role })),
  };
  return { ok: true, settings: { config: configured.config, ...sharedSecret, ...evidence }, notes };
}

export const ENVIRONMENTS: readonly EnvironmentName[] = ['development', 'staging', 'production'];

const NEW_ISSUER_SECRET = 'Make a new one, and set it there and at that issuer: openssl rand -base64 48';

function environmentOf(env: Environment): EnvironmentName {
  return ENVIRONMENTS.find((name) => name === env.ENVIRONMENT) ?? 'development';
}

/**
 * Whether this installation chose a shared secret shows in what is set. Outside development the secret of another
 * environment counts, too: it was meant for something, and signing with other keys instead would hide the mistake.
 */
export function chosenSecret(env: Environment, environment: EnvironmentName) {
  const own = ['KEY', environment.toUpperCase()];
  const others = environment === 'development' ? [] : ENVIRONMENTS.map((name) => name.toUpperCase());
  const names = [...own, ...others].map((name) => `JWT_SECRET_${name}`);
  if (!names.some((name) => env[name] || env[`${name}_FILE`])) return undefined;
  return resolveSecret({ env, environment, readFile: (path) => readFileSync(path, 'utf8') });
}

interface TokenSecret {
  readonly source: string;
  readonly text: string;
}

/** All that are set for this environment, also those with faults of their own and those that another hides. */
function tokenSecretsOf(env: Environment, environment: EnvironmentName): TokenSecret[] {
  return [`JWT_SECRET_${environment.toUpperCase()}`, 'JWT_SECRET_KEY'].flatMap((name) => {
    const direct = env[name];
    const path = env[`${name}_FILE`];
    return [
      ...(path ? fileText(path).map((text) => ({ source: `${name}_FILE`, text })) : []),
      ...(direct ? [{ source: name, text: direct }] : []),
    ];
  });
}

/** Files that cannot be read are left out: whoever needs them has said so by now. */
function secretCandidates(env: Environment): NonNullable<Settings['secretCandidates']> {
  return ['KEY', ...ENVIRONMENTS.map((name) => name.toUpperCase())].flatMap((name) => {
    const source = `JWT_SECRET_${name}`;
    const file = env[`${source}_FILE`];
    const text = env[source] || (file && fileText(file)[0]);
    return text ? [{ source, bytes: Buffer.from(text) }] : [];
  });
}

/** One secret for two purposes: whoever learns it by the one has the other. */
function sharedSecretReuse(env: Environment, { text: secret, source }: TokenSecret): ConfigProblem[] {
  const names = ['AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET', 'E2E_OAUTH_SIMULATION_KEY'];
  return names
    .filter((name) => textsOf(env, name).includes(secret))
    .map((name) => ({
      setting: source,
      code: 'conflict',
      message: `${source} must not be the same as ${name}.`,
      fix: `Set ${source.replace(/_FILE$/, '')}="$(openssl rand -base64 48)"`,
    }));
}

/** What is set under a name, directly and in a file. Read here as well, since a configuration with faults gives no values. */
function textsOf(env: Environment, name: string): string[] {
  const direct = env[name];
  const path = env[`${name}_FILE`];
  return [...(direct ? [direct] : []), ...(path ? fileText(path) : [])];
}

function fileText(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8').replace(/\r?\n$/, '')];
  } catch {
    return []; // reported where the setting itself is read
  }
}

/** Whoever holds that issuer's secret could sign tokens of this installation. */
function issuerSecretReuse(
  trustedIssuers: Config['trustedIssuers'],
  { text, source }: TokenSecret,
): ConfigProblem[] {
  return trustedIssuers
    .filter((entry) => secretsOf(entry).includes(text))
    .map(({ issuer }) => ({
      setting: 'TRUSTED_ISSUERS',
      code: 'conflict',
      message: `TRUSTED_ISSUERS: the secret of ${issuer} must not be the same as ${source}.`,
      fix: NEW_ISSUER_SECRET,
    }));
}

/** The verifier's own judgement of shared secrets, which knows more of them than the table does. */
function issuerSecretProblems(trustedIssuers: Config['trustedIssuers']): ConfigProblem[] {
  return trustedIssuers.flatMap((entry) =>
    secretsOf(entry).flatMap((text) => {
      const fault = secretFault(Buffer.from(text));
      if (fault === undefined) return [];
      const message = `TRUSTED_ISSUERS: the secret of ${entry.issuer} is refused: ${fault.message}.`;
      return [{ setting: 'TRUSTED_ISSUERS', code: fault.code, message, fix: NEW_ISSUER_SECRET }];
    }),
  );
}

function secretsOf({ secret, secrets = [] }: Config['trustedIssuers'][number]): string[] {
  return [...(secret === undefined ? [] : [secret]), ...secrets.map((each) => each.secret)];
}

/** Somebody expects their keys to be replaced, and they are not. */
function idleKeyAge({ rotateKeysAfterMs }: Config, { source }: ResolvedSecret): ConfigNote[] {
  if (rotateKeysAfterMs === undefined) return [];
  return [
    {
      setting: 'SIGNING_KEY_DAYS',
      code: 'conflict',
      message: `SIGNING_KEY_DAYS replaces no key while ${source} signs the tokens.`,
      fix: `unset SIGNING_KEY_DAYS, or let keys in the database sign: unset ${source}, at the auth service and every gateway`,
    },
  ];
}

function unsteadyServiceId(env: Environment): ConfigNote[] {
  const finding = env.SERVICE_ID ? serviceIdFinding(env.SERVICE_ID) : undefined;
  return finding === undefined ? [] : [{ ...finding, code: 'invalid' }];
}
