import type { Pool } from 'pg';
import { openDatabase } from './database.ts';
import { renewEpochs } from './log-origin.ts';

/** Gives every thread a new epoch, for an operator who put older files of the database in place. Resolves to how many. */
export function renewLogEpochs(pool: Pool): Promise<number> {
  return renewEpochs(openDatabase(pool));
}
