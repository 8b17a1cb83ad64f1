import { type AttemptSummary, idSchema, isReasonCode, REASONS, type ReasonCode } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Pool } from 'pg';

/** In memory; the oldest go first. */
const RING_SIZE = 1_000;
/** Written per flush, so per second: a flood of refusals costs the database no more than this. */
const MAX_WRITES_PER_FLUSH = 20;
const RETENTION_DAYS = 7;

interface RefusedAttempt {
  attemptId: string;
  code: ReasonCode;
}

/** What became of requests that this service refused, for whoever holds the id that the refusal carried. */
export interface RefusedAttempts {
  /** Returns at once; the database is written later. */
  record(attempt: RefusedAttempt): void;
  find(attemptId: string): Promise<AttemptSummary | undefined>;
  /** Writes what was recorded since, for the other processes to read. */
  flush(): Promise<void>;
  prune(): Promise<void>;
}

export function createRefusedAttempts(options: {
  pool: Pool;
  now: () => number;
  log: Logger;
}): RefusedAttempts {
  const { pool, now, log } = options;
  const ring = new Map<string, StoredAttempt>();
  let unwritten: StoredAttempt[] = [];

  return {
    record({ attemptId, code }) {
      const stored = { attempt_id: attemptId, at: new Date(now()), code };
      ring.set(attemptId, stored);
      const oldest = ring.size > RING_SIZE ? ring.keys().next().value : undefined;
      if (oldest !== undefined) ring.delete(oldest);
      if (unwritten.length < MAX_WRITES_PER_FLUSH) unwritten.push(stored);
    },

    async find(attemptId) {
      // PostgreSQL takes no text that holds U+0000.
      if (!idSchema.safeParse(attemptId).success) return undefined;
      const found = ring.get(attemptId) ?? (await read(pool, attemptId));
      return found && summaryOf(found);
    },

    async flush() {
      if (unwritten.length === 0) return;
      const batch = unwritten;
      unwritten = [];
      await insert(pool, batch).catch((error: unknown) =>
        log.warn({ err: error, lost: batch.length }, 'refused attempts were not written'),
      );
    },

    async prune() {
      await pool.query('delete from attempts where at < now() - make_interval(days => $1)', [RETENTION_DAYS]);
    },
  };
}

interface StoredAttempt {
  attempt_id: string;
  at: Date;
  code: string;
}

async function read(pool: Pool, attemptId: string): Promise<StoredAttempt | undefined> {
  const { rows } = await pool.query<StoredAttempt>(
    'select attempt_id, at, code from attempts where attempt_id = $1',
    [attemptId],
  );
  return rows[0];
}

async function insert(pool: Pool, batch: readonly StoredAttempt[]): Promise<void> {
  await pool.query(
    `insert into attempts (attempt_id, at, code)
     select * from unnest($1::text[], $2::timestamptz[], $3::text[]) on conflict (attempt_id) do nothing`,
    [batch.map(({ attempt_id }) => attempt_id), batch.map(({ at }) => at), batch.map(({ code }) => code)],
  );
}

/** A code that only a newer version knows means nothing here. */
function summaryOf({ attempt_id, at, code }: StoredAttempt): AttemptSummary | undefined {
  if (!isReasonCode(code)) return undefined;
  const { meaning, fix } = REASONS[code];
  return { attempt_id, at: at.toISOString(), code, meaning, fix };
}
