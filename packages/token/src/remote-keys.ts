import { refusal } from '@netra/protocol';
import type { JWK } from 'jose';
import { verificationKeyOf } from './algorithms.ts';
import type { KeyLookup, KeySource, VerificationKey } from './key-source.ts';

export interface RemoteKeysOptions {
  jwksUrl: string;
  /** `globalThis.fetch`, or the `fetch` of an auth service in the same process. */
  fetch: (request: Request) => Response | Promise<Response>;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
  log?: { warn(fields: object, message: string): void };
}

/** Milliseconds, but for the sizes. */
export const REMOTE_KEYS = {
  /** How long a fetched set is used without asking again. */
  fresh: 5 * 60_000,
  /** How long a set is used while fetching fails. */
  staleIfError: 60 * 60_000,
  /** At most one fetch per this time because of unknown key ids: forged ones must not become a flood. */
  unknownKidCooldown: 30_000,
  /** Pause after a failed fetch, so that an outage costs callers no second each. */
  failureCooldown: 1_000,
  timeout: 1_000,
  maxBodyBytes: 64 * 1024,
  maxKeys: 32,
} as const;

interface KeySet {
  keys: ReadonlyMap<string, VerificationKey>;
  fetchedAtMs: number;
}

/**
 * The keys behind a JWKS address, cached. An unknown `kid` is `token_key_unknown` only when a set fetched for it says so;
 * while nobody can say, it is `keys_unavailable`: an outage never looks like a bad token.
 */
export function remoteKeys(options: RemoteKeysOptions): KeySource {
  const { now = Date.now, log } = options;
  let current: KeySet | undefined;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let askedForUnknownAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<boolean> | undefined;

  /** Resolves to whether the set in `current` is the newest one; one fetch at a time. */
  function refresh(): Promise<boolean> {
    if (now() - failedAtMs < REMOTE_KEYS.failureCooldown) return Promise.resolve(false);
    underWay ??= load().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  async function load(): Promise<boolean> {
    try {
      current = { keys: await fetchKeys(options), fetchedAtMs: now() };
      failedAtMs = Number.NEGATIVE_INFINITY;
      return true;
    } catch (error) {
      failedAtMs = now();
      log?.warn({ jwks_url: options.jwksUrl, error: String(error) }, 'the key set could not be fetched');
      return false;
    }
  }

  const ageMs = () => (current === undefined ? Number.POSITIVE_INFINITY : now() - current.fetchedAtMs);

  async function find(kid: string): Promise<KeyLookup> {
    const wasFresh = ageMs() < REMOTE_KEYS.fresh;
    let isNewest = wasFresh || (await refresh());
    if (ageMs() >= REMOTE_KEYS.staleIfError) return unavailable();
    const cached = current?.keys.get(kid);
    if (cached) return { found: true, key: cached };
    if (wasFresh && now() - askedForUnknownAtMs >= REMOTE_KEYS.unknownKidCooldown) {
      isNewest = await refresh();
      // Only an answer starts the long pause; after a failure the next caller may try again soon.
      if (isNewest) askedForUnknownAtMs = now();
    }
    if (!isNewest) return unavailable();
    const fetched = current?.keys.get(kid);
    return fetched ? { found: true, key: fetched } : { found: false, refusal: refusal('token_key_unknown') };
  }

  return { find };
}

function unavailable(): KeyLookup {
  return { found: false, refusal: refusal('keys_unavailable', undefined, REMOTE_KEYS.failureCooldown) };
}

async function fetchKeys({ jwksUrl, fetch }: RemoteKeysOptions): Promise<Map<string, VerificationKey>> {
  const signal = AbortSignal.timeout(REMOTE_KEYS.timeout);
  const request = new Request(jwksUrl, {
    signal,
    redirect: 'error',
    headers: { accept: 'application/json' },
  });
  // Raced, because a `fetch` within the process need not listen to the signal.
  const keys = await Promise.race([read(fetch, request), aborted(signal)]);
  const usable = await Promise.all(keys.map(verificationKeyOf));
  return new Map(usable.flatMap((key) => (key === undefined ? [] : [[key.kid, key] as const])));
}

async function read(fetch: RemoteKeysOptions['fetch'], request: Request): Promise<JWK[]> {
  const response = await fetch(request);
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  const body = await response.text();
  if (body.length > REMOTE_KEYS.maxBodyBytes) throw new Error('the key set is too large');
  const set: unknown = JSON.parse(body);
  if (!isKeySet(set)) throw new Error('not a key set');
  return set.keys.slice(0, REMOTE_KEYS.maxKeys);
}

function isKeySet(value: unknown): value is { keys: JWK[] } {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys))
    return false;
  return value.keys.every((key: unknown) => typeof key === 'object' && key !== null);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('timeout')), { once: true });
  });
}
