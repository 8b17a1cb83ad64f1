import { refusal } from '@netra/protocol';
import type { JWK } from 'jose';
import type { KeyLookup, KeySource, VerificationKey } from './key-source.ts';
import { type KeysById, keysById } from './keys-by-id.ts';
import type { MaybePromise } from './when-known.ts';

/** Milliseconds, but for the sizes. */
export const REMOTE_KEYS = {
  /** How long a fetched set is used without asking again. */
  fresh: 5 * 60_000,
  /** How long a set is used while fetching fails. */
  staleIfError: 60 * 60_000,
  /** At most one fetch per this time because of unknown key ids: forged ones must not become a flood. */
  unknownKidCooldown: 30_000,
  /** The same while keys are known to have changed, and how long that is: some copies on the way may be old. */
  changedKidCooldown: 1_000,
  changing: 5_000,
  /** Pause after a failed fetch, so that an outage costs callers no second each. */
  failureCooldown: 1_000,
  timeout: 1_000,
  maxBodyBytes: 64 * 1024,
  maxKeys: 32,
} as const;

export interface CachedKeysOptions {
  /** Fetches the whole set; throws when it cannot. */
  load: () => Promise<readonly JWK[]>;
  /** Where the set is, for the log. */
  address: string;
  now?: (() => number) | undefined;
  log?: { warn(fields: object, message: string): void } | undefined;
}

export interface CachedKeys extends KeySource {
  /**
   * Says that the keys have changed just now: ids that were never heard of are asked for at once. Otherwise whoever shows an
   * invented id could keep everybody from a new key for as long as the pause lasts.
   */
  expectChange(): void;
}

interface KeySet {
  readonly keys: KeysById;
  readonly fetchedAtMs: number;
}

/**
 * A key set that lives elsewhere, cached. An unknown `kid` is `token_key_unknown` only when a set fetched for it says so;
 * while nobody can say, it is `keys_unavailable`: an outage never looks like a bad token.
 */
export function cachedKeys(options: CachedKeysOptions): CachedKeys {
  const { load, address, now = Date.now, log } = options;
  let set: KeySet = { keys: new Map(), fetchedAtMs: Number.NEGATIVE_INFINITY };
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let askedForUnknownAtMs = Number.NEGATIVE_INFINITY;
  let changingUntilMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<boolean> | undefined;

  /** Resolves to whether the set is the newest one; one fetch at a time. */
  function refresh(): Promise<boolean> {
    if (now() - failedAtMs < REMOTE_KEYS.failureCooldown) return Promise.resolve(false);
    underWay ??= fetchSet().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  async function fetchSet(): Promise<boolean> {
    try {
      set = { keys: keysById(await load(), set.keys), fetchedAtMs: now() };
      return true;
    } catch (error) {
      failedAtMs = now();
      log?.warn({ jwks_url: address, error: String(error) }, 'the key set could not be fetched');
      return false;
    }
  }

  const unknownKidCooldown = () =>
    now() < changingUntilMs ? REMOTE_KEYS.changedKidCooldown : REMOTE_KEYS.unknownKidCooldown;
  function expectChange(): void {
    changingUntilMs = now() + REMOTE_KEYS.changing;
    askedForUnknownAtMs = Number.NEGATIVE_INFINITY;
  }

  const ageMs = () => now() - set.fetchedAtMs;

  function find(kid: string | undefined): MaybePromise<KeyLookup> {
    const key = current(kid);
    return key === undefined ? search(kid) : { found: true, key };
  }

  async function search(kid: string | undefined): Promise<KeyLookup> {
    const wasFresh = ageMs() < REMOTE_KEYS.fresh;
    let isNewest = wasFresh || (await refresh());
    if (ageMs() >= REMOTE_KEYS.staleIfError) return unavailable();
    const cached = set.keys.get(kid)?.key;
    if (cached) return { found: true, key: cached };
    if (wasFresh && now() - askedForUnknownAtMs >= unknownKidCooldown()) {
      isNewest = await refresh();
      // Only an answer starts the long pause; after a failure the next caller may try again soon.
      if (isNewest) askedForUnknownAtMs = now();
    }
    if (!isNewest) return unavailable();
    const fetched = set.keys.get(kid)?.key;
    return fetched ? { found: true, key: fetched } : { found: false, refusal: refusal('token_key_unknown') };
  }

  /** Only while the set is fresh: after that, `find` has to ask for a newer one first. */
  function current(kid: string | undefined): VerificationKey | undefined {
    return ageMs() < REMOTE_KEYS.fresh ? set.keys.get(kid)?.key : undefined;
  }

  return { find, current, expectChange };
}

function unavailable(): KeyLookup {
  return { found: false, refusal: refusal('keys_unavailable', undefined, REMOTE_KEYS.failureCooldown) };
}
