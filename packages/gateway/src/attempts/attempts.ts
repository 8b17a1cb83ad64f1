import type { AttemptRecord } from '@netra/diagnosis';
import type { ReasonCode } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Pool } from 'pg';
import { isDatabaseOutage } from '../database-outage.ts';
import { isUsableId } from '../event-log/usable-id.ts';
import {
  type AttemptPlace,
  type AttemptQuery,
  findStored,
  groupRefusals,
  type KeptAttempt,
  type KnownCause,
  type RefusalGroup,
  readRecent,
  storeCauses,
} from './attempt-queries.ts';
import { createHandshakeStats, type HandshakeStats } from './handshake-stats.ts';
import { createRateLimit } from './rate-limit.ts';
import { Ring } from './ring.ts';

const RING_SIZE = 1_000;
const FLUSH_EVERY_MS = 1_000;
/** Refusals written to the database per flush, so per second; the rest stay in memory only and are counted. */
const MAX_WRITES_PER_FLUSH = 20;
/**
 * Refusals of one sender for one reason, and of all senders, that are kept one by one: so many at once, and then so many a
 * minute. One that floods must not wash away what others were refused for, nor cost a record for each.
 */
const KEPT_PER_SENDER = { burst: 200, perMinute: 10 * 60 };
const KEPT_OF_ALL = { burst: RING_SIZE, perMinute: 200 * 60 };
const RETENTION_MS = 7 * 24 * 60 * 60_000;
const SWEEP_EVERY_MS = 10 * 60_000;

export interface Attempts {
  /** Whether one more refusal of this sender for this reason is kept; of one that is only counted no record need be made. */
  mayKeep(sender: string, code: ReasonCode): boolean;
  /** Keeps a refused attempt. Returns at once; the database is written later, at a bounded rate. */
  record(attempt: AttemptRecord): void;
  /** Keeps the root cause that was found for it. */
  noteCause(attemptId: string, rootCause: KnownCause): void;
  find(attemptId: string): Promise<KeptAttempt | undefined>;
  /** All handshakes of this node in numbers, those that were accepted too: they leave no record of their own. */
  readonly handshakes: HandshakeStats;
  /** Refusals of this node that were counted, and not kept in the database. */
  unstored(): number;
  /** Newest first, within the retention. */
  recent(query: AttemptQuery): Promise<KeptAttempt[]>;
  /** What was stored since then, by code and root cause, the most frequent first. */
  refusals(sinceMs: number): Promise<RefusalGroup[]>;
  stop(): Promise<void>;
}

/** Refused attempts: the latest in memory, and as many as the rate allows in PostgreSQL for every node to read. */
export function createAttempts(options: { pool: Pool; now: () => number; log: Logger }): Attempts {
  const { pool, now, log } = options;
  const ring = new Ring<KeptAttempt>(RING_SIZE);
  const keptPerSender = createRateLimit({ ...KEPT_PER_SENDER, now });
  const keptOfAll = createRateLimit({ ...KEPT_OF_ALL, now });
  let unwritten: AttemptRecord[] = [];
  let causes = new Map<string, KnownCause>();
  let unwrittenDropped = 0;
  let unstored = 0;
  let sweptAtMs = Number.NEGATIVE_INFINITY;
  let flushing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const batch = unwritten;
    const dropped = unwrittenDropped;
    const found = causes;
    unwritten = [];
    causes = new Map();
    unwrittenDropped = 0;
    unstored += dropped;
    if (dropped > 0) log.warn({ dropped }, 'more refusals than are kept in the database');
    try {
      const refused = await insertAll(pool, batch);
      if (refused.length > 0)
        log.warn({ err: refused[0], lost: refused.length }, 'refused attempts do not fit the table');
      unstored += refused.length;
      if (found.size > 0) await storeCauses(pool, found);
      if (now() - sweptAtMs < SWEEP_EVERY_MS) return;
      sweptAtMs = now();
      await pool.query('DELETE FROM attempts WHERE at < $1', [new Date(now() - RETENTION_MS)]);
    } catch (cause) {
      unstored += batch.length;
      log.warn({ err: cause, lost: batch.length }, 'could not write refused attempts');
    }
  }

  function flush(): Promise<void> {
    flushing = flushing.then(write);
    return flushing;
  }

  const timer = setInterval(() => void flush(), FLUSH_EVERY_MS);
  timer.unref();

  return {
    handshakes: createHandshakeStats({ now }),
    unstored: () => unstored + unwrittenDropped,
    mayKeep(sender, code) {
      const isKept = keptPerSender.take(`${sender} ${code}`) === 0 && keptOfAll.take('all') === 0;
      if (!isKept) unwrittenDropped++;
      return isKept;
    },
    record(attempt) {
      ring.push(attempt);
      if (unwritten.length < MAX_WRITES_PER_FLUSH) unwritten.push(attempt);
      else unwrittenDropped++;
    },
    noteCause(attemptId, rootCause) {
      ring.change(isAttempt(attemptId), (kept) => ({ ...kept, root_cause: rootCause }));
      causes.set(attemptId, rootCause);
    },
    async find(attemptId) {
      const inMemory = ring.items().find(isAttempt(attemptId));
      return inMemory ?? (isUsableId(attemptId) ? findStored(pool, attemptId) : undefined);
    },
    async recent(query) {
      const { limit } = query;
      const stored = await readRecent(pool, query);
      const here = ring.items().filter((attempt) => fits(attempt, query));
      // What is here is newer: a root cause is known here before it is stored.
      const all = new Map([...stored, ...here].map((attempt) => [attempt.attempt_id, attempt]));
      return [...all.values()].sort(newestFirst).slice(0, limit);
    },
    refusals: (sinceMs) => groupRefusals(pool, sinceMs),
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

/**
 * One statement for all; when the database refuses it, one for each, so that a row which it cannot keep costs only
 * itself. Gives the errors of such rows; throws when the database cannot be reached.
 */
async function insertAll(pool: Pool, batch: readonly AttemptRecord[]): Promise<unknown[]> {
  if (batch.length === 0) return [];
  try {
    await insert(pool, batch);
    return [];
  } catch (cause) {
    if (isDatabaseOutage(cause)) throw cause;
    if (batch.length === 1) return [cause];
  }
  const refused: unknown[] = [];
  for (const record of batch) refused.push(...(await insertAll(pool, [record])));
  return refused;
}

async function insert(pool: Pool, batch: readonly AttemptRecord[]): Promise<void> {
  await pool.query(
    `INSERT INTO attempts (attempt_id, at, code, user_id, record)
     SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::jsonb[])
     ON CONFLICT (attempt_id) DO NOTHING`,
    [
      batch.map(({ attempt_id }) => attempt_id),
      batch.map(({ at }) => at),
      batch.map(({ code }) => code),
      batch.map(({ user_id }) => user_id ?? null),
      batch.map((record) => JSON.stringify(record)),
    ],
  );
}

function fits(attempt: KeptAttempt, query: AttemptQuery): boolean {
  const { userId, code, rootCause, sinceMs, before } = query;
  return (
    (userId === undefined || attempt.user_id === userId) &&
    (code === undefined || attempt.code === code) &&
    (rootCause === undefined || attempt.root_cause === rootCause) &&
    (sinceMs === undefined || Date.parse(attempt.at) >= sinceMs) &&
    (before === undefined || newestFirst(before, attempt) < 0)
  );
}

/** Two of one millisecond have an order too, so that a page ends at one place. */
function newestFirst(a: AttemptPlace, b: AttemptPlace): number {
  return compare(b.at, a.at) || compare(b.attempt_id, a.attempt_id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function isAttempt(attemptId: string): (attempt: KeptAttempt) => boolean {
  return ({ attempt_id }) => attempt_id === attemptId;
}
