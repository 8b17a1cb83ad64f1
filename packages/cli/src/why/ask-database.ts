import { existsSync } from 'node:fs';
import type { ReportInput } from '@netra/diagnosis';
import { explainStored } from '@netra/gateway';
import { createLifecycle, createLogger, createPool } from '@netra/service';
import type { CommandIo } from '../command-io.ts';
import { reachDatabase } from '../compose/database.ts';
import { loadDatabaseSettings } from '../settings/load-database-settings.ts';
import { loadSettings, type Settings } from '../settings/load-settings.ts';

export interface FoundInDatabase {
  readonly input: ReportInput;
  /** Where it was found, without credentials. */
  readonly place: string;
}

/**
 * Explains an id from the database that this machine has the settings of, whatever else of them is wrong. Undefined where
 * there is no database, it cannot be reached, or it does not know the id.
 */
export async function askDatabase({
  io,
  id,
}: {
  io: Pick<CommandIo, 'env'>;
  id: string;
}): Promise<FoundInDatabase | undefined> {
  const settings = databaseSettings(io.env);
  if (settings === undefined) return undefined;
  const log = createLogger({ level: 'silent' });
  const lifecycle = createLifecycle({ log });
  const quiet = { log, stepLog: log, lifecycle, progress: () => undefined, fail: () => undefined };
  try {
    const { connection, place } = await reachDatabase({ ...settings, ...quiet });
    const pool = createPool(connection, { schema: 'netra', maxConnections: 2 });
    lifecycle.add('pool netra', () => pool.end());
    const configFacts = settings.configFacts ?? [];
    const input = await explainStored({ pool, id, configFacts, now: Date.now });
    return input && { input, place };
  } catch {
    // Why the server could not be asked is what has to be told.
    return undefined;
  } finally {
    await lifecycle.stop('done');
  }
}

/** An embedded database is looked at where there is one, and never made for this. */
function databaseSettings(env: CommandIo['env']): Settings | undefined {
  const settings = readSettings(env);
  if (settings === undefined) return undefined;
  const { databaseUrl, dataDir } = settings.config;
  return databaseUrl !== undefined || existsSync(dataDir) ? settings : undefined;
}

/** A wrong secret, say, may be what keeps everybody out: then it is evidence, and must not keep out who looks for it. */
function readSettings(env: CommandIo['env']): Settings | undefined {
  const result = loadSettings(env, { role: 'up' });
  if (result.ok) return result.settings;
  const alone = loadDatabaseSettings(env);
  const configFacts = [...result.problems, ...result.notes].map((each) => ({ ...each, service: 'up' }));
  return alone && { ...alone, configFacts };
}
