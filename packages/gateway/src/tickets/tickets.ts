import { randomBytes } from 'node:crypto';
import { LIMITS, type Refusal, refusal } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Identity } from '@netra/token';
import type { Pool } from 'pg';
import { createRateLimit } from '../attempts/rate-limit.ts';
import { openToken, sealToken, ticketHash } from './sealed-token.ts';

/** How long a dead ticket stays, so that its holder can still be told what became of it. */
const KEEP_DEAD_TICKETS_MS = 60 * 60_000;
/**
 * For how many tickets it is kept that too many requests came from their address, or at all: whoever floods the gateway
 * can name tickets at will, and is to cost no query for each.
 */
const RATE_RECORDS_PER_MINUTE = 3_000;
/** 128 bits as base64url without padding. */
const TICKET_PATTERN = /^[A-Za-z0-9_-]{22}$/;

interface RecordedRefusal {
  refusal: Refusal;
  attemptId: string;
}

/** `userId` is whom the ticket was issued to, known for every ticket but an unknown one. */
type Redemption =
  | { ok: true; token: string; userId: string }
  | { ok: false; refusal: Refusal; userId?: string };

export interface Tickets {
  /** `origin` is that of the request that asks; the upgrade must carry the same, or none if this one had none. */
  issue(request: { token: string; identity: Identity; origin: string | undefined }): Promise<{
    ticket: string;
    expiresInMs: number;
  }>;
  /** Spends the ticket, whatever the outcome. The caller still has to verify the token it yields. */
  redeem(request: { ticket: string; origin: string | undefined }): Promise<Redemption>;
  /**
   * Keeps why the upgrade with this ticket was refused. A ticket that was never issued leaves no trace, and that one is
   * used does not replace why its first use failed. `rate_limited` is kept at a bounded rate.
   */
  recordRefusal(ticket: string, recorded: RecordedRefusal): Promise<void>;
  /** The refusal of that ticket's upgrade, for the user it was issued to only. */
  previousRefusal(request: { ticket: string; userId: string }): Promise<RecordedRefusal | undefined>;
  sweep(): Promise<void>;
}

interface TicketRow {
  sealed_token: Buffer | null;
  origin: string | null;
  environment: string;
  expires_at: Date;
  user_id: string;
}

/** Tickets in PostgreSQL, so that any node can redeem what another one issued. */
export function createTickets(options: {
  pool: Pool;
  environment: string;
  now: () => number;
  log: Logger;
  rateRecordsPerMinute?: number;
}): Tickets {
  const { pool, environment, now, log, rateRecordsPerMinute = RATE_RECORDS_PER_MINUTE } = options;
  const timestamp = () => new Date(now());
  const rateRecords = createRateLimit({ perMinute: rateRecordsPerMinute, now });

  return {
    async issue({ token, identity, origin }) {
      const ticket = randomBytes(16).toString('base64url');
      const expiresInMs = Math.max(0, Math.min(LIMITS.ticketLifeMs, identity.deadlineMs - now()));
      await pool.query(
        `INSERT INTO tickets (ticket_hash, sealed_token, user_id, session_id, origin, environment, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          ticketHash(ticket),
          sealToken(token, ticket),
          identity.userId,
          identity.sessionId,
          origin ?? null,
          environment,
          new Date(now() + expiresInMs),
        ],
      );
      return { ticket, expiresInMs };
    },

    async redeem({ ticket, origin }) {
      if (!TICKET_PATTERN.test(ticket)) return { ok: false, refusal: refusal('ticket_unknown') };
      const spent = await spend(pool, ticket, timestamp());
      if (spent.kind === 'unknown') return { ok: false, refusal: refusal('ticket_unknown') };
      const userId = spent.userId;
      if (spent.kind === 'used') return { ok: false, refusal: refusal('ticket_used'), userId };
      const { sealed_token: sealedToken, origin: boundOrigin, environment: boundEnvironment } = spent.row;
      if (sealedToken === null) return { ok: false, refusal: refusal('ticket_used'), userId };
      if (spent.row.expires_at.getTime() <= now()) {
        return { ok: false, refusal: refusal('ticket_expired'), userId };
      }
      if (boundOrigin !== (origin ?? null) || boundEnvironment !== environment) {
        return { ok: false, refusal: refusal('ticket_binding_wrong'), userId };
      }
      return { ok: true, token: openToken(sealedToken, ticket), userId };
    },

    async recordRefusal(ticket, recorded) {
      if (!TICKET_PATTERN.test(ticket)) return;
      const { code } = recorded.refusal;
      if (code === 'rate_limited' && rateRecords.take('this node') > 0) return;
      try {
        await pool.query(
          'UPDATE tickets SET refusal = $2 WHERE ticket_hash = $1 AND (refusal IS NULL OR $3::boolean)',
          [ticketHash(ticket), JSON.stringify(recorded), code !== 'ticket_used'],
        );
      } catch (cause) {
        log.warn({ err: cause, attempt_id: recorded.attemptId }, 'could not keep the refusal of a ticket');
      }
    },

    async previousRefusal({ ticket, userId }) {
      if (!TICKET_PATTERN.test(ticket)) return undefined;
      const { rows } = await pool.query<{ refusal: RecordedRefusal | null }>(
        'SELECT refusal FROM tickets WHERE ticket_hash = $1 AND user_id = $2',
        [ticketHash(ticket), userId],
      );
      return rows[0]?.refusal ?? undefined;
    },

    async sweep() {
      await pool.query('DELETE FROM tickets WHERE expires_at < $1', [new Date(now() - KEEP_DEAD_TICKETS_MS)]);
    },
  };
}

type Spent =
  | { kind: 'fresh'; row: TicketRow; userId: string }
  | { kind: 'used'; userId: string }
  | { kind: 'unknown' };

/** One statement, so that of any number of simultaneous uses exactly one gets the row. */
async function spend(pool: Pool, ticket: string, at: Date): Promise<Spent> {
  const hash = ticketHash(ticket);
  const fresh = await pool.query<TicketRow>(
    `WITH claimed AS (
       SELECT ticket_hash, sealed_token, origin, environment, expires_at, user_id
       FROM tickets WHERE ticket_hash = $1 AND used_at IS NULL FOR UPDATE
     )
     UPDATE tickets SET used_at = $2, sealed_token = NULL FROM claimed
     WHERE tickets.ticket_hash = claimed.ticket_hash
     RETURNING claimed.sealed_token, claimed.origin, claimed.environment, claimed.expires_at, claimed.user_id`,
    [hash, at],
  );
  const row = fresh.rows[0];
  if (row) return { kind: 'fresh', row, userId: row.user_id };
  const known = await pool.query<{ user_id: string }>('SELECT user_id FROM tickets WHERE ticket_hash = $1', [
    hash,
  ]);
  const userId = known.rows[0]?.user_id;
  return userId === undefined ? { kind: 'unknown' } : { kind: 'used', userId };
}
