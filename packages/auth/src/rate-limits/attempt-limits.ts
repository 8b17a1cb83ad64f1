import type { Pool } from 'pg';

export interface AttemptLimit {
  /** So many within the window are let through. */
  max: number;
  /** From the first attempt; then the count begins again. */
  windowMs: number;
}

export type AttemptVerdict =
  | { ok: true }
  /** `isFirst`: the one that went over the limit; worth a record, where the many after it are not. */
  | { ok: false; retryAfterMs: number; isFirst: boolean };

/** Counts attempts by key, for all processes together. */
export interface AttemptLimits {
  /**
   * Counts one attempt before its outcome is known, in one statement: attempts that run at once cannot all pass on the
   * count of before.
   */
  take(key: string, limit: AttemptLimit): Promise<AttemptVerdict>;
  /** One attempt that turned out to be good does not count. */
  giveBack(key: string): Promise<void>;
  clear(key: string): Promise<void>;
}

/** One in so many attempts also sweeps out what has expired. */
const SWEEP_EVERY = 200;

export function createAttemptLimits({ pool, now }: { pool: Pool; now: () => number }): AttemptLimits {
  let takes = 0;
  return {
    async take(key, { max, windowMs }) {
      takes += 1;
      const at = new Date(now());
      if (takes % SWEEP_EVERY === 0) {
        await pool.query('delete from attempt_counts where resets_at <= $1', [at]);
      }
      const { rows } = await pool.query<{ count: number; resets_at: Date }>(
        `insert into attempt_counts as c (key, count, resets_at) values ($1, 1, $3)
           on conflict (key) do update set
             count = case when c.resets_at <= $2 then 1 else least(c.count, 1000000) + 1 end,
             resets_at = case when c.resets_at <= $2 then $3 else c.resets_at end
         returning count, resets_at`,
        [key, at, new Date(at.getTime() + windowMs)],
      );
      const row = rows[0];
      if (row === undefined || row.count <= max) return { ok: true };
      const retryAfterMs = Math.max(1_000, row.resets_at.getTime() - at.getTime());
      return { ok: false, retryAfterMs, isFirst: row.count === max + 1 };
    },

    async giveBack(key) {
      await pool.query('update attempt_counts set count = count - 1 where key = $1 and count > 0', [key]);
    },

    async clear(key) {
      await pool.query('delete from attempt_counts where key = $1', [key]);
    },
  };
}
