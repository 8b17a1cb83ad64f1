import { AppError } from '@netra/service';
import { type CryptoKey, importJWK } from 'jose';
import { RING_ALGORITHM, type StoredKey } from './ring-rows.ts';
import { unseal } from './sealed.ts';

/** Errors: `encryption_key_wrong`, `signing_key_missing`. */
export async function openPrivateKey(stored: StoredKey, keyEncryptionKey: Uint8Array): Promise<CryptoKey> {
  const { kid, sealedPrivateJwk } = stored;
  if (sealedPrivateJwk === undefined)
    throw new AppError('signing_key_missing', 'The private half of the active signing key was erased.');
  let text: string;
  try {
    text = unseal(sealedPrivateJwk, { key: keyEncryptionKey, context: kid });
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
  const key = await importJWK(JSON.parse(text), RING_ALGORITHM);
  if (key instanceof Uint8Array)
    throw new AppError('signing_key_missing', 'The stored signing key is not a key pair.');
  return key;
}
