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
  const notes = [...configured.notes, ...(role === 'migrate' ? [] : unsteadyServiceId(env))];
  const environment = configured.ok ? configured.config.environment : environmentOf(env);
  const secret = role === 'migrate' ? undefined : chosenSecret(env, environment);
  const problems = [
    ...(configured.ok ? issuerSecretProblems(configured.config) : configured.problems),
    ...(secret?.ok === false ? secret.problems : []),
    ...(secret?.ok ? sharedSecretReuse(env, secret.secret) : []),
    ...(configured.ok && secret?.ok ? issuerSecretReuse(configured.config, secret.secret) : []),
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

/** Files that cannot be read are left out: whoever needs them has said so by now. */
function secretCandidates(env: Environment): NonNullable<Settings['secretCandidates']> {
  return ['KEY', ...ENVIRONMENTS.map((name) => name.toUpperCase())].flatMap((name) => {
    const source = `JWT_SECRET_${name}`;
    const file = env[`${source}_FILE`];
    const text = env[source] || (file && readText(file));
    return text ? [{ source, bytes: Buffer.from(text) }] : [];
  });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

/** One secret for two purposes: whoever learns it by the one has the other. */
function sharedSecretReuse(env: Environment, { bytes, source }: ResolvedSecret): ConfigProblem[] {
  const names = ['AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET', 'E2E_OAUTH_SIMULATION_KEY'];
  return names
    .filter((name) => env[name] !== undefined && Buffer.from(env[name]).equals(bytes))
    .map((name) => ({
      setting: source,
      code: 'conflict',
      message: `${source} must not be the same as ${name}.`,
      fix: `Set ${source.replace(/_FILE$/, '')}="$(openssl rand -base64 48)"`,
    }));
}

/** Whoever holds that issuer's secret could sign tokens of this installation. */
function issuerSecretReuse({ trustedIssuers }: Config, { bytes, source }: ResolvedSecret): ConfigProblem[] {
  return trustedIssuers
    .filter((entry) => secretsOf(entry).some((text) => Buffer.from(text).equals(bytes)))
    .map(({ issuer }) => ({
      setting: 'TRUSTED_ISSUERS',
      code: 'conflict',
      message: `TRUSTED_ISSUERS: the secret of ${issuer} must not be the same as ${source}.`,
      fix: NEW_ISSUER_SECRET,
    }));
}

/** The verifier's own judgement of shared secrets, which knows more of them than the table does. */
function issuerSecretProblems({ trustedIssuers }: Config): ConfigProblem[] {
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

function unsteadyServiceId(env: Environment): ConfigNote[] {
  const finding = env.SERVICE_ID ? serviceIdFinding(env.SERVICE_ID) : undefined;
  return finding === undefined ? [] : [{ ...finding, code: 'invalid' }];
}
