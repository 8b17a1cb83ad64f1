import { randomBytes } from 'node:crypto';
import { keyCheckValue } from './key-check-value.ts';
import { type Candidate, readCandidate } from './secret-candidate.ts';
import type { SecretProblem } from './secret-problem.ts';

export interface ResolvedSecret {
  readonly bytes: Uint8Array;
  /** Name of the setting that it came from, such as `JWT_SECRET_STAGING_FILE`; never a value. */
  readonly source: string;
  /** `keyCheckValue` with the purpose `jwt`. */
  readonly checkValue: string;
}

export interface ResolveSecretOptions {
  env: Readonly<Record<string, string | undefined>>;
  environment: Environment;
  /** From an option in code: it goes before every setting. */
  explicit?: string;
  /** Reads a secret's file as text; throws when it cannot. */
  readFile: (path: string) => string;
}

export type SecretResolution =
  | { readonly ok: true; readonly secret: ResolvedSecret }
  | { readonly ok: false; readonly problems: readonly SecretProblem[] };

type Environment = (typeof ENVIRONMENTS)[number];

const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
const GENERATED_BYTES = 48;

/**
 * The one order in which every service finds the secret that tokens are signed with where an installation chose HS256:
 *
 *     explicit → JWT_SECRET_<ENV>_FILE → JWT_SECRET_<ENV> → JWT_SECRET_KEY_FILE → JWT_SECRET_KEY → generated (development)
 *
 * Everything that is set is judged, also what an earlier setting hides, and all problems are told at once. Empty settings
 * count as not set. No other name is ever read.
 */
export function resolveSecret(options: ResolveSecretOptions): SecretResolution {
  const { environment } = options;
  const own = settingOf(environment);
  const candidates = [
    ...(options.explicit === undefined
      ? []
      : [{ setting: 'explicit option', text: options.explicit, isFile: false }]),
    ...candidatesOf(own, options),
    ...candidatesOf('JWT_SECRET_KEY', options),
  ].map((candidate) => readCandidate(candidate, options.readFile));
  const problems = [
    ...candidates.flatMap((candidate) => candidate.problems),
    ...conflictsOf([own, 'JWT_SECRET_KEY'], options.env),
    ...strayProblems(candidates, options),
  ];
  const chosen = candidates[0];
  if (chosen === undefined && environment !== 'development') problems.push(missingProblem(own, options));
  if (problems.length > 0) return { ok: false, problems };
  const bytes = chosen?.bytes ?? randomBytes(GENERATED_BYTES);
  const checkValue = keyCheckValue(bytes, { purpose: 'jwt', environment });
  return { ok: true, secret: { bytes, source: chosen?.setting ?? 'generated', checkValue } };
}

function settingOf(environment: Environment): string {
  return `JWT_SECRET_${environment.toUpperCase()}`;
}

/** What is set of a name and its `_FILE`, the file first. */
function candidatesOf(name: string, { env }: ResolveSecretOptions) {
  return [`${name}_FILE`, name].flatMap((setting) => {
    const text = env[setting];
    return text === undefined || text === '' ? [] : [{ setting, text, isFile: setting !== name }];
  });
}

function conflictsOf(names: readonly string[], env: ResolveSecretOptions['env']): SecretProblem[] {
  return names
    .filter((name) => isSet(env[name]) && isSet(env[`${name}_FILE`]))
    .map((name) => ({
      setting: name,
      code: 'conflict',
      message: `${name} and ${name}_FILE are both set`,
      fix: `Keep one of them: unset ${name}`,
    }));
}

/** A secret of this environment that another environment has, too: a token of one would be good in the other. */
function strayProblems(
  candidates: readonly Candidate[],
  { env, environment, readFile }: ResolveSecretOptions,
) {
  const others = ENVIRONMENTS.filter((name) => name !== environment).map(settingOf);
  const foreign = others.flatMap((name) =>
    candidatesOf(name, { env, environment, readFile }).map((candidate) => readCandidate(candidate, readFile)),
  );
  return candidates.flatMap(({ setting, bytes }): SecretProblem[] => {
    const twin = foreign.find((other) => other.bytes.length > 0 && other.bytes.equals(bytes));
    if (twin === undefined) return [];
    return [
      {
        setting,
        code: 'other_environment',
        message: `${setting} holds the same secret as ${twin.setting}`,
        fix: `Give each environment its own: openssl rand -base64 48`,
      },
    ];
  });
}

function missingProblem(own: string, { env }: ResolveSecretOptions): SecretProblem {
  const strayed = ENVIRONMENTS.map(settingOf).filter(
    (name) => isSet(env[name]) || isSet(env[`${name}_FILE`]),
  );
  const hint =
    strayed.length === 0 ? '' : `; what is set is for another environment: ${strayed.join(' and ')}`;
  return {
    setting: own,
    code: 'missing',
    message: `None of ${own}_FILE, ${own}, JWT_SECRET_KEY_FILE and JWT_SECRET_KEY is set${hint}`,
    fix: `Make one and set it: ${own}="$(openssl rand -base64 48)"`,
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
