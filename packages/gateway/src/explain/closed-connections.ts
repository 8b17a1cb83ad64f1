import type { ClosedConnection } from '@netra/diagnosis';
import type { Logger } from '@netra/service';
import type { Pool } from 'pg';
import { isUsableId } from '../event-log/usable-id.ts';

const RING_SIZE = 1_000;
const FLUSH_EVERY_MS = 1_000;
/** Written to the database per flush, so per second; the rest stay in memory only. */
const MAX_WRITES_PER_FLUSH = 20;
const RETENTION_DAYS = 7;
const SWEEP_EVERY_MS = 10 * 60_000;
/** Closes within this time of another are near it. */
const NEARBY_MS = 10 * 60_000;
/** A client that said goodbye is nothing to explain later. */
const GOODBYES: readonly (number | undefined)[] = [1000, 1001];

export interface ClosedConnections {
  /** Returns at once; the database is written later, at a bounded rate. */
  record(closed: ClosedConnection): void;
  find(connectionId: string): Promise<ClosedConnection | undefined>;
  /** Others that were cut with no close frame, as far as this node knows. */
  cutNear(closed: ClosedConnection): { age_ms: number; silence_ms: number }[];
  stop(): Promise<void>;
}

/** How connections ended: the latest in memory, and as many as the rate allows in PostgreSQL for every node to read. */
export function createClosedConnections(options: {
  pool: Pool;
  now: () => number;
  log: Logger;
}): ClosedConnections {
  const { pool, now, log } = options;
  const ring = new Map<string, ClosedConnection>();
  let unwritten: ClosedConnection[] = [];
  let sweptAtMs = Number.NEGATIVE_INFINITY;
  let flushing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const batch = unwritten;
    unwritten = [];
    try {
      if (batch.length > 0) await insert(pool, batch);
      if (now() - sweptAtMs < SWEEP_EVERY_MS) return;
      sweptAtMs = now();
      const oldest = new Date(now() - RETENTION_DAYS * 24 * 60 * 60_000);
      await pool.query('DELETE FROM closed_connections WHERE at < $1', [oldest]);
    } catch (cause) {
      log.warn({ err: cause, lost: batch.length }, 'could not write closed connections');
    }
  }

  function flush(): Promise<void> {
    flushing = flushing.then(write);
    return flushing;
  }

  const timer = setInterval(() => void flush(), FLUSH_EVERY_MS);
  timer.unref();

  return {
    record(closed) {
      ring.set(closed.connection_id, closed);
      const oldest = ring.size > RING_SIZE ? ring.keys().next().value : undefined;
      if (oldest !== undefined) ring.delete(oldest);
      const isGoodbye = closed.ended_by === 'client' && GOODBYES.includes(closed.close_code);
      if (!isGoodbye && unwritten.length < MAX_WRITES_PER_FLUSH) unwritten.push(closed);
    },
    async find(id) {
      const inMemory = ring.get(id);
      if (inMemory || !isUsableId(id)) return inMemory;
      return findStoredConnection(pool, id);
    },
    cutNear({ connection_id, at }) {
      const atMs = Date.parse(at);
      return [...ring.values()]
        .filter((other) => other.ended_by === 'network' && other.connection_id !== connection_id)
        .filter((other) => Math.abs(Date.parse(other.at) - atMs) <= NEARBY_MS)
        .map(({ age_ms, silence_ms }) => ({ age_ms, silence_ms }));
    },
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

export async function findStoredConnection(pool: Pool, id: string): Promise<ClosedConnection | undefined> {
  const { rows } = await pool.query<{ record: ClosedConnection }>(
    'SELECT record FROM closed_connections WHERE connection_id = $1',
    [id],
  );
  return rows[0]?.record;
}

async function insert(pool: Pool, batch: readonly ClosedConnection[]): Promise<void> {
  await pool.query(
    `INSERT INTO closed_connections (connection_id, at, record)
     SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::jsonb[]) ON CONFLICT (connection_id) DO NOTHING`,
    [
      batch.map(({ connection_id }) => connection_id),
      batch.map(({ at }) => at),
      batch.map((closed) => JSON.stringify(closed)),
    ],
  );
}
