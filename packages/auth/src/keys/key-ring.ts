import { refusal } from '@netra/protocol';
import type { Logger } from '@netra/service';
import { type KeySource, localKeys } from '@netra/token';
import type { CryptoKey, JWK } from 'jose';
import type { Pool } from 'pg';
import { openPrivateKey } from './private-key.ts';
import { RING_ALGORITHM, readRing, type StoredKey } from './ring-rows.ts';

/** What signs a token, and what its header says of it. */
export interface TokenSigner {
  readonly header: { readonly alg: string; readonly kid?: string };
  readonly key: CryptoKey | Uint8Array;
}

/** The keys of this installation as one process sees them; `KeyKeeper` turns the ring. */
export interface KeyRing {
  /** The one active key. Throws while the database cannot be asked. */
  signer(): Promise<TokenSigner>;
  /** Next, active and retiring keys: what the JWKS shows. */
  publicKeys(): Promise<JWK[]>;
  readonly keySource: KeySource;
  /** Another process turned the ring: look again before the next use. */
  invalidate(): void;
}

/** How long a process goes on with what it knows: the bound on a revoked key where no wake-up arrives. */
const FRESH_MS = 1_000;
/** While the database is out of reach, published keys are believed this long. */
const STALE_MS = 5_000;

interface Snapshot {
  readonly publicJwks: JWK[];
  readonly signer: TokenSigner;
  readonly readAtMs: number;
}

export interface KeyRingOptions {
  pool: Pool;
  keyEncryptionKey: Uint8Array;
  log: Logger;
}

export function createKeyRing({ pool, keyEncryptionKey, log }: KeyRingOptions): KeyRing {
  const keys = localKeys([]);
  let snapshot: Snapshot | undefined;
  let isOutdated = true;
  let underWay: Promise<Snapshot> | undefined;

  async function read(): Promise<Snapshot> {
    isOutdated = false;
    const readAtMs = performance.now();
    const published = (await readRing(pool)).filter(({ state }) => state !== 'revoked');
    const active = published.find(({ state }) => state === 'active');
    if (active === undefined) throw new Error('the ring has no active key');
    const publicJwks = published.map(({ publicJwk }) => publicJwk);
    keys.replace(publicJwks);
    snapshot = { publicJwks, signer: await signerOf(active), readAtMs };
    return snapshot;
  }

  async function signerOf(active: StoredKey): Promise<TokenSigner> {
    if (snapshot?.signer.header.kid === active.kid) return snapshot.signer;
    const key = await openPrivateKey(active, keyEncryptionKey);
    return { header: { alg: RING_ALGORITHM, kid: active.kid }, key };
  }

  function current(): Promise<Snapshot> {
    if (snapshot !== undefined && !isOutdated && performance.now() - snapshot.readAtMs < FRESH_MS)
      return Promise.resolve(snapshot);
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  /** Whether what `keys` holds may be believed. */
  async function isKnown(): Promise<boolean> {
    try {
      await current();
      return true;
    } catch (error) {
      isOutdated = true;
      const ageMs = snapshot === undefined ? Number.POSITIVE_INFINITY : performance.now() - snapshot.readAtMs;
      log.warn({ err: error }, 'the key ring could not be read');
      return ageMs < STALE_MS;
    }
  }

  return {
    signer: async () => (await current()).signer,
    publicKeys: async () => (await current()).publicJwks,
    keySource: {
      current: (kid) => keys.current(kid),
      async find(kid) {
        if (await isKnown()) return keys.find(kid);
        return { found: false, refusal: refusal('keys_unavailable', undefined, FRESH_MS) };
      },
    },
    invalidate() {
      isOutdated = true;
    },
  };
}
