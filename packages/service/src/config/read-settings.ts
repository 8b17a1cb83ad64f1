import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { ConfigRole } from './config.ts';
import type { ConfigProblem, ConfigProblemCode } from './config-problem.ts';
import { SETTINGS, type Setting, type SettingName, type SettingValues, settingNames } from './settings.ts';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Reads what the role uses, each by its schema. An empty variable counts as unset. */
export function readSettings(
  env: EnvironmentVariables,
  role: ConfigRole,
): { values: SettingValues; problems: ConfigProblem[] } {
  const values: Partial<Record<SettingName, unknown>> = {};
  const problems: ConfigProblem[] = [];
  for (const name of settingNames()) {
    const setting: Setting = SETTINGS[name];
    if (!setting.roles.includes(role)) continue;
    const raw = rawValue(env, name, setting);
    if (typeof raw === 'object') problems.push(raw);
    if (typeof raw !== 'string') continue;
    const parsed = setting.schema.safeParse(raw);
    if (parsed.success) values[name] = parsed.data;
    else
      problems.push(
        ...parsed.error.issues.map((issue) =>
          problemOf(name, { code: codeOf(issue), message: issue.message }),
        ),
      );
  }
  // Each value came out of the schema of its own row.
  return { values: values as SettingValues, problems };
}

/** `message` completes "NAME …". */
export function problemOf(
  name: SettingName,
  { code, message }: { code: ConfigProblemCode; message: string },
): ConfigProblem {
  const { example }: Setting = SETTINGS[name];
  const value = example.startsWith('the output of: ') ? `"$(${example.slice(15)})"` : example;
  return { setting: name, code, message: `${name} ${message}.`, fix: `Set ${name}=${value}` };
}

/** A schema of ours may say which kind of problem it found. */
function codeOf(issue: z.core.$ZodIssue): ConfigProblemCode {
  const params = issue.code === 'custom' ? issue.params : undefined;
  // Only `secretValue` sets it, from a value of this type.
  return (params?.problem as ConfigProblemCode | undefined) ?? 'invalid';
}

function rawValue(
  env: EnvironmentVariables,
  name: SettingName,
  setting: Setting,
): string | undefined | ConfigProblem {
  const direct = env[name] === '' ? undefined : env[name];
  const file = setting.secret ? env[`${name}_FILE`] : undefined;
  if (file === undefined || file === '') return direct;
  if (direct !== undefined) {
    return {
      setting: name,
      code: 'conflict',
      message: `${name} and ${name}_FILE are both set.`,
      fix: `unset ${name}, or unset ${name}_FILE`,
    };
  }
  return readSecretFile(name, file);
}

/** One newline at the end is an editor's habit; any other white space at the edges is a mistake worth a word. */
function readSecretFile(name: SettingName, file: string): string | ConfigProblem {
  const setting = `${name}_FILE`;
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (text === '')
      return {
        setting,
        code: 'missing',
        message: `${file}, named by ${setting}, is empty.`,
        fix: `Write the secret into ${file}`,
      };
    if (text === text.trim()) return text;
    return {
      setting,
      code: 'edge_space',
      message: `${file}, named by ${setting}, begins or ends with white space.`,
      fix: `Remove the white space from ${file}`,
    };
  } catch {
    return {
      setting,
      code: 'unreadable',
      message: `${file}, named by ${setting}, cannot be read.`,
      fix: `Check that ${file} exists and that this user may read it: ls -l ${file}`,
    };
  }
}
