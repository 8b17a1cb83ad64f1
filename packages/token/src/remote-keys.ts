import type { JWK } from 'jose';
import { type CachedKeys, cachedKeys, REMOTE_KEYS } from './cached-keys.ts';
import { type Fetch, fetchJson } from './fetch-json.ts';

export interface RemoteKeysOptions {
  jwksUrl: string;
  fetch: Fetch;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
  log?: { warn(fields: object, message: string): void };
}

/** The keys behind a JWKS address: fresh for 5 minutes, good for an hour while the address does not answer. */
export function remoteKeys({ jwksUrl, fetch, now, log }: RemoteKeysOptions): CachedKeys {
  const load = () => fetchKeySet(jwksUrl, fetch, AbortSignal.timeout(REMOTE_KEYS.timeout));
  return cachedKeys({ load, address: jwksUrl, now, log });
}

export async function fetchKeySet(url: string, fetch: Fetch, signal: AbortSignal): Promise<JWK[]> {
  const set = await fetchJson(url, fetch, signal);
  if (!isKeySet(set)) throw new Error('not a key set');
  return set.keys.slice(0, REMOTE_KEYS.maxKeys);
}

function isKeySet(value: unknown): value is { keys: JWK[] } {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys))
    return false;
  return value.keys.every((key: unknown) => typeof key === 'object' && key !== null);
}
