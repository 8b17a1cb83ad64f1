import { AppError } from '@netra/service';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import type { Pool, PoolClient } from 'pg';
import { seal, unseal } from './sealed.ts';

/** The keys of this installation: one signs, all that are listed verify. */
export interface SigningKeys {
  kid: string;
  privateKey: CryptoKey;
  publicKeys: JWK[];
}

interface KeyRow {
  kid: string;
  public_jwk: JWK;
  sealed_private_jwk: Buffer;
}

const ALGORITHM = 'ES256';

/**
 * Opens the newest signing key, or makes the first one. Any number of processes may start at once: an advisory lock
 * lets one of them make it. Errors: `encryption_key_wrong`.
 */
export async function loadSigningKeys(pool: Pool, keyEncryptionKey: Uint8Array): Promise<SigningKeys> {
  const rows = await readOrCreate(pool, keyEncryptionKey);
  const newest = rows[0];
  if (newest === undefined) throw new AppError('signing_key_missing', 'No signing key could be stored.');
  return {
    kid: newest.kid,
    privateKey: await openPrivateKey(newest, keyEncryptionKey),
    publicKeys: rows.map((row) => ({ ...row.public_jwk, kid: row.kid, alg: ALGORITHM, use: 'sig' })),
  };
}

async function readOrCreate(pool: Pool, keyEncryptionKey: Uint8Array): Promise<KeyRow[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtext('netra.auth'), hashtext('signing_keys'))`);
    let rows = await readKeys(client);
    if (rows.length === 0) {
      await createKey(client, keyEncryptionKey);
      rows = await readKeys(client);
    }
    await client.query('commit');
    client.release();
    return rows;
  } catch (error) {
    // The transaction and its lock end with the connection.
    client.release(true);
    throw error;
  }
}

async function readKeys(client: PoolClient): Promise<KeyRow[]> {
  const { rows } = await client.query<KeyRow>(
    'select kid, public_jwk, sealed_private_jwk from signing_keys order by created_at desc, kid',
  );
  return rows;
}

async function createKey(client: PoolClient, keyEncryptionKey: Uint8Array): Promise<void> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  await client.query('insert into signing_keys (kid, public_jwk, sealed_private_jwk) values ($1, $2, $3)', [
    kid,
    JSON.stringify(publicJwk),
    seal(privateJwk, { key: keyEncryptionKey, context: kid }),
  ]);
}

async function openPrivateKey(row: KeyRow, keyEncryptionKey: Uint8Array): Promise<CryptoKey> {
  let text: string;
  try {
    text = unseal(row.sealed_private_jwk, { key: keyEncryptionKey, context: row.kid });
  } catch (cause) {
    throw new AppError(
      'encryption_key_wrong',
      'The signing key in the database was sealed with another AUTH_ENCRYPTION_KEY.',
      {
        fix: 'Start with the AUTH_ENCRYPTION_KEY, or the data directory, that this database was first started with.',
        cause,
      },
    );
  }
  const key = await importJWK(JSON.parse(text), ALGORITHM);
  if (key instanceof Uint8Array)
    throw new AppError('signing_key_missing', 'The stored signing key is not a key pair.');
  return key;
}
