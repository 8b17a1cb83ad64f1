import { cachedKeys, REMOTE_KEYS } from './cached-keys.ts';
import { type Fetch, fetchJson } from './fetch-json.ts';
import type { KeySource } from './key-source.ts';
import { fetchKeySet } from './remote-keys.ts';

export interface OidcKeysOptions {
  /** As in `iss`; its metadata is looked for below it, at `/.well-known/openid-configuration`. */
  issuer: string;
  fetch: Fetch;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
  log?: { warn(fields: object, message: string): void };
}

/**
 * The keys of an OpenID Connect provider, found by its metadata (OpenID Connect Discovery 1.0 §4). The metadata must name
 * the same issuer, and an `https` issuer's keys are fetched by `https` only.
 */
export function oidcKeys({ issuer, fetch, now, log }: OidcKeysOptions): KeySource {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  async function load() {
    // One limit for both requests.
    const signal = AbortSignal.timeout(REMOTE_KEYS.timeout);
    const metadata = await fetchJson(address, fetch, signal);
    return fetchKeySet(keySetUrlOf(metadata, issuer), fetch, signal);
  }
  return cachedKeys({ load, address, now, log });
}

function keySetUrlOf(metadata: unknown, issuer: string): string {
  if (typeof metadata !== 'object' || metadata === null) throw new Error('not metadata');
  if (!('issuer' in metadata) || metadata.issuer !== issuer)
    throw new Error('the metadata is that of another issuer');
  if (!('jwks_uri' in metadata) || typeof metadata.jwks_uri !== 'string')
    throw new Error('the metadata names no key set');
  const { protocol } = new URL(metadata.jwks_uri);
  if (protocol !== 'https:' && protocol !== new URL(issuer).protocol)
    throw new Error('the key set is not behind https');
  return metadata.jwks_uri;
}
