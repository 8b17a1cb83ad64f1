import type { SigningKeyState } from '@netra/protocol';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Pool, PoolClient } from 'pg';
import type { RingKey } from './ring-plan.ts';
import { seal } from './sealed.ts';

export const RING_ALGORITHM = 'ES256';

export interface StoredKey extends RingKey {
  readonly publicJwk: JWK;
  /** Absent once the key is revoked. */
  readonly sealedPrivateJwk?: Buffer;
}

interface KeyRow {
  kid: string;
  public_jwk: JWK;
  sealed_private_jwk: Buffer | null;
  state: SigningKeyState;
  created_at: Date;
  activate_at: Date | null;
  activated_at: Date | null;
  retiring_at: Date | null;
  revoked_at: Date | null;
}

/** Every key, newest first. */
export async function readRing(database: Pool | PoolClient): Promise<StoredKey[]> {
  const { rows } = await database.query<KeyRow>('select * from signing_keys order by created_at desc, kid');
  return rows.map((row) => ({
    kid: row.kid,
    state: row.state,
    createdAtMs: row.created_at.getTime(),
    ...(row.activate_at && { activateAtMs: row.activate_at.getTime() }),
    ...(row.activated_at && { activatedAtMs: row.activated_at.getTime() }),
    ...(row.retiring_at && { retiringAtMs: row.retiring_at.getTime() }),
    ...(row.revoked_at && { revokedAtMs: row.revoked_at.getTime() }),
    publicJwk: { ...row.public_jwk, kid: row.kid, alg: RING_ALGORITHM, use: 'sig' },
    ...(row.sealed_private_jwk && { sealedPrivateJwk: row.sealed_private_jwk }),
  }));
}

/** One writer at a time over all processes; the lock ends with the transaction. */
export async function lockRing(client: PoolClient): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('netra.auth'), hashtext('signing_keys'))`);
}

export async function createKey(
  client: PoolClient,
  options: { keyEncryptionKey: Uint8Array; state: 'active' | 'next'; nowMs: number; activateAtMs: number },
): Promise<string> {
  const { keyEncryptionKey, state, nowMs, activateAtMs } = options;
  const pair = await generateKeyPair(RING_ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  await client.query(
    `insert into signing_keys (kid, public_jwk, sealed_private_jwk, state, created_at, activate_at, activated_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      kid,
      JSON.stringify(publicJwk),
      seal(privateJwk, { key: keyEncryptionKey, context: kid }),
      state,
      new Date(nowMs),
      new Date(activateAtMs),
      state === 'active' ? new Date(nowMs) : null,
    ],
  );
  return kid;
}

/** The key becomes the one that signs; the one that did retires first, so that there are never two. */
export async function activateKey(client: PoolClient, kid: string, nowMs: number): Promise<void> {
  const at = new Date(nowMs);
  await client.query(`update signing_keys set state = 'retiring', retiring_at = $1 where state = 'active'`, [
    at,
  ]);
  await client.query(
    `update signing_keys set state = 'active', activated_at = $2, retiring_at = null where kid = $1`,
    [kid, at],
  );
}

/** When the next key takes over; `undefined` holds it back. */
export async function scheduleKey(
  client: PoolClient,
  kid: string,
  activateAtMs: number | undefined,
): Promise<void> {
  const at = activateAtMs === undefined ? null : new Date(activateAtMs);
  await client.query('update signing_keys set activate_at = $2 where kid = $1', [kid, at]);
}

/** Publishes the key no more and erases its private half: the only step without a way back. */
export async function withdrawKey(client: PoolClient, kid: string, nowMs: number): Promise<void> {
  await client.query(
    `update signing_keys set state = 'revoked', revoked_at = $2, activate_at = null, sealed_private_jwk = null
      where kid = $1`,
    [kid, new Date(nowMs)],
  );
}
