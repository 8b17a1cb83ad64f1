import type { Subject } from '@netra/diagnosis';
import { reasonCodeSchema } from '@netra/protocol';
import type { Pool } from 'pg';
import type { Attempts } from '../attempts/attempts.ts';
import { isUsableId } from '../event-log/usable-id.ts';
import type { ClosedConnections } from './closed-connections.ts';

export type FindSubject = (id: string) => Promise<Subject | undefined>;

interface RunRow {
  run_id: string;
  agent: string;
  code: string | null;
  user_id: string;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

/** What an id stands for: a refused attempt, a connection that ended, or a run that failed. */
export function createFindSubject({
  attempts,
  closed,
  pool,
}: {
  attempts: Pick<Attempts, 'find'>;
  closed: Pick<ClosedConnections, 'find'>;
  pool: Pool;
}): FindSubject {
  return async (id) => {
    const attempt = await attempts.find(id);
    if (attempt !== undefined) return { kind: 'attempt', attempt };
    const connection = await closed.find(id);
    if (connection !== undefined) return { kind: 'connection', connection };
    return isUsableId(id) ? findRun(pool, id) : undefined;
  };
}

async function findRun(pool: Pool, id: string): Promise<Subject | undefined> {
  const { rows } = await pool.query<RunRow>(
    `SELECT runs.run_id, runs.agent, runs.code, threads.owner_id AS user_id,
            runs.created_at, runs.started_at, runs.ended_at
       FROM runs JOIN threads USING (thread_id) WHERE runs.run_id = $1 AND runs.status = 'failed'`,
    [id],
  );
  const row = rows[0];
  const code = reasonCodeSchema.safeParse(row?.code);
  if (row === undefined || !code.success) return undefined;
  const { run_id, agent, user_id, created_at, started_at, ended_at } = row;
  const at = ended_at ?? created_at;
  return {
    kind: 'run',
    run: {
      run_id,
      agent,
      user_id,
      code: code.data,
      at: at.toISOString(),
      duration_ms: at.getTime() - (started_at ?? created_at).getTime(),
    },
  };
}
