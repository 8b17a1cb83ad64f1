import type { Environment } from '../environment.ts';
import { loadSettings, type Settings } from './load-settings.ts';

/** The settings of the database alone, whatever is wrong with the others. Undefined where they are wrong themselves. */
export function loadDatabaseSettings(env: Environment): Settings | undefined {
  const { DATABASE_URL, DATABASE_URL_FILE, NETRA_DATA_DIR } = env;
  const result = loadSettings({ DATABASE_URL, DATABASE_URL_FILE, NETRA_DATA_DIR }, { role: 'migrate' });
  return result.ok ? result.settings : undefined;
}
