import { type ConfigProblem, type ConfigRole, createPool } from '@netra/service';
import type { Environment } from '../environment.ts';
import { loadDatabaseSettings } from './load-database-settings.ts';

const PATIENCE_MS = 1_500;

/** What a good start shows to be over: where all run in one process now, nobody starts the parts by themselves. */
const SETTLED_BY: Partial<Record<ConfigRole, readonly ConfigRole[]>> = { up: ['up', 'auth', 'gateway'] };

/**
 * Leaves in the database what keeps this service from starting, or takes it away after a good start: who meets the
 * outage asks a gateway, which has that database and cannot ask a service that does not run. Says nothing where the
 * database cannot be reached or has no such table: it is a trace, and no part of the start.
 */
export async function leaveStartProblems(
  env: Environment,
  { role, problems }: { role: ConfigRole; problems: readonly ConfigProblem[] },
): Promise<void> {
  const connectionString = loadDatabaseSettings(env)?.config.databaseUrl;
  if (connectionString === undefined) return;
  const limits = { connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS };
  const pool = createPool({ connectionString, ...limits }, { schema: 'netra', maxConnections: 1 });
  const settled = problems.length === 0 ? (SETTLED_BY[role] ?? [role]) : [role];
  try {
    await pool.query('DELETE FROM start_problems WHERE service = ANY($1)', [settled]);
    for (const { setting, code, message, fix } of problems)
      await pool.query(
        `INSERT INTO start_problems (service, setting, code, message, fix) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING`,
        [role, setting, code, message, fix],
      );
  } catch {
    // Without the trace the outage is explained by what the gateway sees of it.
  } finally {
    await pool.end();
  }
}
