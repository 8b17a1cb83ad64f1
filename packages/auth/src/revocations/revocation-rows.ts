import { LIMITS, type RevocationEntry, revocationEntrySchema } from '@netra/protocol';
import { REMOTE_KEYS } from '@netra/token';
import type { PoolClient } from 'pg';
import type { Revocation } from './revocations.ts';

/** Twice the skew: the clock of the issuer may be ahead, and that of the verifier behind. */
const TOKEN_ENTRY_MS = LIMITS.accessTokenLifeMs + 2 * LIMITS.tokenSkewMs;
/** A verifier that cannot fetch the key set may go on with an old one, and the thief of a key goes on signing. */
const KEY_ENTRY_MS = REMOTE_KEYS.fresh + REMOTE_KEYS.staleIfError + TOKEN_ENTRY_MS;

export interface RevocationRow {
  cursor: string;
  at: Date;
  kind: string;
  code: string;
  issuer: string;
  user_id: string | null;
  session_id: string | null;
  jti: string | null;
  kid: string | null;
  not_before: Date | null;
  expires_at: Date;
}

/** Stores entries within the caller's transaction, and wakes the other processes when it commits. */
export async function insertRevocations(
  client: PoolClient,
  revocations: readonly Revocation[],
  { issuer, nowMs }: { issuer: string; nowMs: number },
): Promise<RevocationRow[]> {
  await client.query(`select pg_advisory_xact_lock(hashtext('netra.auth'), hashtext('revocations'))`);
  const inserted: RevocationRow[] = [];
  for (const revocation of revocations) {
    const { kind, code } = revocation;
    const lifeMs = kind === 'key' ? KEY_ENTRY_MS : TOKEN_ENTRY_MS;
    const { rows } = await client.query<RevocationRow>(
      `insert into revocations (at, kind, code, issuer, user_id, session_id, jti, kid, not_before, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *`,
      [
        new Date(nowMs),
        kind,
        code,
        kind === 'user' ? (revocation.issuer ?? issuer) : issuer,
        kind === 'key' ? null : revocation.userId,
        kind === 'session' ? revocation.sessionId : null,
        kind === 'token' ? revocation.jti : null,
        kind === 'key' ? revocation.kid : null,
        kind === 'user' ? new Date(nowMs) : null,
        new Date(nowMs + lifeMs),
      ],
    );
    inserted.push(...rows);
  }
  await client.query('notify netra_revocations');
  return inserted;
}

/** The row as it goes over the wire. */
export function entryOf(row: RevocationRow): RevocationEntry {
  const fields = {
    ...row,
    at: row.at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    not_before: row.not_before?.toISOString(),
  };
  return revocationEntrySchema.parse(
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)),
  );
}
