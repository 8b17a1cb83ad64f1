import type { RevocationEntry, RevocationPage } from '@netra/protocol';
import type { Logger } from '@netra/service';
import { createRevocations as createView, type RevocationView } from '@netra/token';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../transaction.ts';
import { entryOf, insertRevocations, type RevocationRow } from './revocation-rows.ts';

/** What ends, and with which code its open connections close. Times and cursors are added when it is stored. */
export type Revocation =
  /** One access token. */
  | { kind: 'token'; code: 'token_revoked'; userId: string; jti: string }
  /** A session, an API key or a service credential: everything whose tokens carry this `sid`. */
  | { kind: 'session'; code: 'session_ended' | 'token_revoked'; userId: string; sessionId: string }
  /** All tokens that the user has now; later ones are good. `issuer`: of a user of another issuer. */
  | {
      kind: 'user';
      code: 'user_inactive' | 'user_unknown' | 'permissions_changed';
      userId: string;
      issuer?: string;
    }
  /** Everything that this key ever signed. */
  | { kind: 'key'; code: 'token_revoked'; kid: string };

export interface Revocations {
  /**
   * Ends rights: stored, in force in this process when it resolves, and every other process is woken. Call it after the
   * change itself (the session is deleted, the role is written), so that nobody gets a new token by the old rights.
   */
  add(...revocations: readonly Revocation[]): Promise<void>;
  /** The same within a transaction that makes the change; call `refresh` once it has committed. */
  addWithin(client: PoolClient, ...revocations: readonly Revocation[]): Promise<void>;
  /** A page of the feed after that cursor, oldest first; without one, or with one from before a restore, from the start. */
  page(after: string | undefined): Promise<RevocationPage>;
  /** What this process knows, for its own verifiers. */
  readonly view: RevocationView;
  /** Tokens for this user must carry an `iat` that is not before this time; 0 where nothing was revoked. */
  notBeforeMs(userId: string): number;
  /** Reads what is new; also called by wake-ups and every 2 s. */
  refresh(): Promise<void>;
}

export interface RevocationsOptions {
  pool: Pool;
  /** Of our own tokens. */
  issuer: string;
  now: () => number;
  log: Logger;
}

const PAGE_SIZE = 500;
/** Entries that a process holds at once; each costs about 200 bytes. */
const MAX_ENTRIES = 200_000;
const PRUNE_EVERY_MS = 60_000;

export function createRevocations({ pool, issuer, now, log }: RevocationsOptions): Revocations {
  const view = createView({ now, maxEntries: MAX_ENTRIES });
  const notBefore = new Map<string, { notBeforeMs: number; expiresAtMs: number }>();
  let readUpTo: string | undefined;
  let prunedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  let isWanted = false;

  function apply(entries: readonly RevocationEntry[]): void {
    view.apply([...entries]);
    for (const entry of entries) {
      if (entry.kind !== 'user') continue;
      const notBeforeMs = Date.parse(entry.not_before);
      const before = notBefore.get(entry.user_id)?.notBeforeMs ?? 0;
      notBefore.set(entry.user_id, {
        notBeforeMs: Math.max(before, notBeforeMs),
        expiresAtMs: Date.parse(entry.expires_at),
      });
    }
  }

  async function readNew(): Promise<void> {
    for (let isMore = true; isMore; ) {
      const page = await readPage(pool, { after: readUpTo, nowMs: now() });
      apply(page.items);
      readUpTo = page.next_cursor;
      isMore = page.items.length === PAGE_SIZE;
    }
    if (now() - prunedAtMs < PRUNE_EVERY_MS) return;
    prunedAtMs = now();
    for (const [userId, { expiresAtMs }] of notBefore) if (expiresAtMs <= now()) notBefore.delete(userId);
    const { rowCount } = await pool.query('delete from revocations where expires_at <= $1', [
      new Date(now()),
    ]);
    if (rowCount)
      log.debug({ entries: rowCount }, 'revocations that nothing can need any more are forgotten');
  }

  /** A call during a read gets one that begins after it: what woke it may have come too late for the first. */
  async function refresh(): Promise<void> {
    isWanted = true;
    underWay ??= (async () => {
      try {
        while (isWanted) {
          isWanted = false;
          await readNew();
        }
      } finally {
        underWay = undefined;
      }
    })();
    return underWay;
  }

  return {
    view,
    page: (after) => readPage(pool, { after, nowMs: now() }),
    notBeforeMs: (userId) => notBefore.get(userId)?.notBeforeMs ?? 0,
    refresh,
    async addWithin(client, ...revocations) {
      await insertRevocations(client, revocations, { issuer, nowMs: now() });
    },
    async add(...revocations) {
      if (revocations.length === 0) return;
      const rows = await inTransaction(pool, (client) =>
        insertRevocations(client, revocations, { issuer, nowMs: now() }),
      );
      apply(rows.map(entryOf));
    },
  };
}

async function readPage(
  pool: Pool,
  { after, nowMs }: { after: string | undefined; nowMs: number },
): Promise<RevocationPage> {
  // A cursor beyond the last one comes from before a restore: start over rather than miss what follows.
  const { rows } = await pool.query<RevocationRow>(
    `select r.* from revocations r
      where r.expires_at > $2
        and r.cursor > (select case when $1::bigint <= last_value then $1::bigint else 0 end from revocations_cursor_seq)
      order by r.cursor limit $3`,
    [cursorOf(after), new Date(nowMs), PAGE_SIZE],
  );
  const items = rows.map(entryOf);
  return { items, next_cursor: items.at(-1)?.cursor ?? (await lastCursor(pool, after)) };
}

function cursorOf(after: string | undefined): string {
  return after !== undefined && /^\d{1,18}$/.test(after) ? after : '0';
}

/** Where to go on after an empty page: where it was asked, unless that place does not exist. */
async function lastCursor(pool: Pool, after: string | undefined): Promise<string> {
  const asked = cursorOf(after);
  const { rows } = await pool.query<{ cursor: string }>(
    `select case when $1::bigint <= last_value then $1::bigint else 0 end::text as cursor from revocations_cursor_seq`,
    [asked],
  );
  return rows[0]?.cursor ?? '0';
}
