import type { ConfigProblem, ConfigRole, Environment as EnvironmentName } from '@netra/service';
import type { Environment } from '../environment.ts';
import { loadSettings, type Settings } from '../settings/load-settings.ts';

export interface ConfigFinding extends ConfigProblem {
  /** `error` keeps a server from starting; `warning` does not. */
  readonly severity: 'error' | 'warning';
}

export interface ConfigReport {
  readonly environment: EnvironmentName;
  readonly role: ConfigRole;
  /** Errors first. */
  readonly findings: readonly ConfigFinding[];
  /** What a start would work with; absent where it would refuse. */
  readonly settings?: Settings;
}

/** What a start of this role in this environment would say to these variables, all at once. Nothing is started. */
export function checkConfig(
  env: Environment,
  { environment, role }: { environment: EnvironmentName; role: ConfigRole },
): ConfigReport {
  const result = loadSettings({ ...env, ENVIRONMENT: environment }, { role });
  const problems = [...otherEnvironment(env, environment), ...(result.ok ? [] : result.problems)];
  const findings: ConfigFinding[] = [
    ...problems.map((problem) => ({ severity: 'error' as const, ...problem })),
    ...result.notes.map((note) => ({ severity: 'warning' as const, ...note })),
  ];
  return { environment, role, findings, ...(result.ok ? { settings: result.settings } : {}) };
}

/** The server takes its environment from the variable, not from whoever checks it. */
function otherEnvironment({ ENVIRONMENT: set }: Environment, asked: EnvironmentName): ConfigProblem[] {
  const actual = set === undefined || set === '' ? 'development' : set;
  if (actual === asked) return [];
  const isUnset = actual !== set;
  return [
    {
      setting: 'ENVIRONMENT',
      code: isUnset ? 'missing' : 'other_environment',
      message: `ENVIRONMENT is ${isUnset ? 'not set' : actual}: a start with these variables would not be one of ${asked}.`,
      fix: `Set ENVIRONMENT=${asked}`,
    },
  ];
}
