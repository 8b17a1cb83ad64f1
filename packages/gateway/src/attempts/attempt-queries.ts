import type { AttemptRecord, RootCause } from '@netra/diagnosis';
import type { ReasonCode } from '@netra/protocol';
import type { Pool } from 'pg';

/** `unknown`: it was looked at, and no rule fits. */
export type KnownCause = RootCause | 'unknown';

/** A refused attempt, and why, once that was found. */
export interface KeptAttempt extends AttemptRecord {
  readonly root_cause?: KnownCause;
}

/** Where an attempt stands among all. */
export type AttemptPlace = Pick<AttemptRecord, 'at' | 'attempt_id'>;

export interface AttemptQuery {
  /** Absent: everybody's. */
  userId?: string;
  code?: ReasonCode;
  rootCause?: string;
  sinceMs?: number;
  /** Only older ones: where the page before ended. */
  before?: AttemptPlace;
  limit: number;
}

export interface RefusalGroup {
  readonly code: ReasonCode;
  readonly root_cause: KnownCause | null;
  readonly count: number;
  readonly user_count: number;
  readonly first_seen: Date;
  readonly last_seen: Date;
  readonly example_attempt_id: string;
}

interface Row {
  record: AttemptRecord;
  root_cause: KnownCause | null;
}

export async function findStored(pool: Pool, attemptId: string): Promise<KeptAttempt | undefined> {
  const { rows } = await pool.query<Row>('SELECT record, root_cause FROM attempts WHERE attempt_id = $1', [
    attemptId,
  ]);
  return rows.map(kept)[0];
}

export async function readRecent(pool: Pool, query: AttemptQuery): Promise<KeptAttempt[]> {
  const { userId, code, rootCause, sinceMs, before, limit } = query;
  const { rows } = await pool.query<Row>(
    `SELECT record, root_cause FROM attempts
     WHERE ($1::text IS NULL OR user_id = $1) AND ($2::text IS NULL OR code = $2)
       AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::text IS NULL OR root_cause = $4)
       AND ($5::timestamptz IS NULL OR (at, attempt_id COLLATE "C") < ($5, $6 COLLATE "C"))
     ORDER BY at DESC, attempt_id COLLATE "C" DESC LIMIT $7`,
    [
      userId ?? null,
      code ?? null,
      sinceMs === undefined ? null : new Date(sinceMs),
      rootCause ?? null,
      before?.at ?? null,
      before?.attempt_id ?? null,
      limit,
    ],
  );
  return rows.map(kept);
}

/** Those that are not stored are left out; there are none of a node that no longer runs. */
export async function storeCauses(pool: Pool, causes: ReadonlyMap<string, KnownCause>): Promise<void> {
  await pool.query(
    `UPDATE attempts SET root_cause = found.root_cause
     FROM unnest($1::text[], $2::text[]) AS found (attempt_id, root_cause)
     WHERE attempts.attempt_id = found.attempt_id`,
    [[...causes.keys()], [...causes.values()]],
  );
}

export async function groupRefusals(pool: Pool, sinceMs: number): Promise<RefusalGroup[]> {
  const { rows } = await pool.query<RefusalGroup>(
    `SELECT code, root_cause, count(*)::int AS count, count(DISTINCT user_id)::int AS user_count,
            min(at) AS first_seen, max(at) AS last_seen,
            (array_agg(attempt_id ORDER BY at DESC))[1] AS example_attempt_id
     FROM attempts WHERE at >= $1 GROUP BY code, root_cause ORDER BY count DESC, last_seen DESC LIMIT 100`,
    [new Date(sinceMs)],
  );
  return rows;
}

function kept({ record, root_cause }: Row): KeptAttempt {
  return root_cause === null ? record : { ...record, root_cause };
}
