import type { DependencyState } from '@netra/diagnosis';
import type { Pool } from 'pg';

/**
 * What the provider of the model answered to a run that failed, from the words that the user was told: they hold no
 * secret, name the HTTP status or the code of the network, and are there on every node.
 */
export async function modelFailureOf(pool: Pool, runId: string): Promise<DependencyState[] | undefined> {
  const { rows } = await pool.query<{ detail: string | null }>(
    `SELECT data ->> 'detail' AS detail FROM events
      WHERE run_id = $1 AND type = 'agent_failed' AND data ->> 'code' LIKE 'model\\_%'`,
    [runId],
  );
  const detail = rows[0]?.detail;
  if (detail === undefined || detail === null) return undefined;
  const status = /\(HTTP (\d{3})/.exec(detail)?.[1];
  return [
    {
      name: 'The model provider',
      reachable: status !== undefined,
      error: detail,
      ...(status !== undefined && { status: Number(status) }),
    },
  ];
}
