import { readFileSync } from 'node:fs';
import type { ConfigProblem, ConfigRole } from './config.ts';
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
    else problems.push(problemOf(name, setting, parsed.error.issues[0]?.message ?? 'is not valid'));
  }
  // Each value came out of the schema of its own row.
  return { values: values as SettingValues, problems };
}

export function problemOf(name: SettingName, setting: Setting, message: string): ConfigProblem {
  const value = setting.example.startsWith('the output of: ')
    ? `"$(${setting.example.slice(15)})"`
    : setting.example;
  return { setting: name, message: `${name} ${message}.`, fix: `Set ${name}=${value}` };
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
      message: `${name} and ${name}_FILE are both set.`,
      fix: `Unset ${name} or ${name}_FILE`,
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
        message: `${file}, named by ${setting}, is empty.`,
        fix: `Write the secret into ${file}`,
      };
    if (text === text.trim()) return text;
    return {
      setting,
      message: `${file}, named by ${setting}, begins or ends with white space.`,
      fix: `Remove the white space from ${file}`,
    };
  } catch {
    return {
      setting,
      message: `${file}, named by ${setting}, cannot be read.`,
      fix: `Check that ${file} exists and that this user may read it`,
    };
  }
}
