import { type Refusal, type RevocationEntry, refusal } from '@netra/protocol';
import type { RevocableToken, RevocationView } from './revocation-view.ts';

export interface Revocations extends RevocationView {
  /** Takes entries of the feed, in any order and any number of times. */
  apply(entries: readonly RevocationEntry[]): void;
}

export interface RevocationsOptions {
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
  /** Default 100,000. What is beyond is not forgotten: see `createRevocations`. */
  maxEntries?: number;
}

const MAX_ENTRIES = 100_000;
/** Milliseconds between two looks for entries that no token can meet any more. */
const SWEEP_MS = 60_000;

/**
 * What one process knows of revocations, in memory. Entries go when no token is left that they could refuse. If there are
 * more than `maxEntries` all the same, the oldest makes room and its issuer's tokens from before it are `token_revoked`,
 * all of them: people whose session is good get a new token unseen, and nobody whose rights ended slips through.
 */
export function createRevocations({
  now = Date.now,
  maxEntries = MAX_ENTRIES,
}: RevocationsOptions = {}): Revocations {
  const entries = new Map<string, RevocationEntry>();
  /** Per issuer, milliseconds: tokens from before are refused. */
  const floors = new Map<string, number>();
  let generation = 0;
  let sweptAtMs = now();

  function put(entry: RevocationEntry): void {
    if (isOver(entry)) return;
    const key = keyOf(entry.kind, entry.issuer, subjectOf(entry));
    const known = entries.get(key);
    if (known !== undefined && !isWider(entry, known)) return;
    entries.set(key, entry);
    generation += 1;
  }

  const isOver = (entry: RevocationEntry) => Date.parse(entry.expires_at) <= now();

  function sweep(): void {
    if (now() - sweptAtMs < SWEEP_MS) return;
    sweptAtMs = now();
    for (const [key, entry] of entries) if (isOver(entry)) entries.delete(key);
  }

  function shrink(): void {
    for (const [key, entry] of entries) {
      if (entries.size <= maxEntries) return;
      // A key's tokens have no instant before which they were issued: that entry stays.
      if (entry.kind === 'key') continue;
      entries.delete(key);
      const floor = floors.get(entry.issuer) ?? 0;
      floors.set(entry.issuer, Math.max(floor, Date.parse(entry.at)));
    }
  }

  function keyRefusal(issuer: string, kid: string | undefined): Refusal | undefined {
    const entry =
      kid === undefined || entries.size === 0 ? undefined : entries.get(keyOf('key', issuer, kid));
    return entry && refusalOf(entry);
  }

  return {
    generation: () => generation,
    keyRefusal,
    apply(items) {
      for (const entry of items) put(entry);
      sweep();
      shrink();
    },
    refusalFor(token) {
      const { issuer, kid } = token;
      // Mostly there is nothing, and this is asked several times for each handshake.
      const subjects = entries.size === 0 ? [] : subjectsOf(token);
      for (const [kind, subject] of subjects) {
        const entry = entries.get(keyOf(kind, issuer, subject));
        if (entry !== undefined && isMeant(entry, token)) return refusalOf(entry);
      }
      const keyRefused = keyRefusal(issuer, kid);
      if (keyRefused) return keyRefused;
      return token.issuedAtMs < (floors.get(issuer) ?? 0) ? refusal('token_revoked') : undefined;
    },
  };
}

type Kind = RevocationEntry['kind'];

/** In the order in which they are told: what was done to the token itself first, what ends the most (the key) last. */
function subjectsOf({ jti, sessionId, userId }: RevocableToken): (readonly [Kind, string])[] {
  return [
    ['token', jti],
    ['session', sessionId],
    ['user', userId],
  ];
}

function subjectOf(entry: RevocationEntry): string {
  switch (entry.kind) {
    case 'token':
      return entry.jti;
    case 'session':
      return entry.session_id;
    case 'user':
      return entry.user_id;
    case 'key':
      return entry.kid;
  }
}

/** JSON keeps the parts apart: no issuer's id can look like another's. */
function keyOf(kind: Kind, issuer: string, subject: string): string {
  return JSON.stringify([kind, issuer, subject]);
}

function isMeant(entry: RevocationEntry, { issuedAtMs }: RevocableToken): boolean {
  return entry.kind !== 'user' || issuedAtMs < Date.parse(entry.not_before);
}

/** Of two entries about one user the later `not_before` holds; of others, the one that lasts longer. */
function isWider(entry: RevocationEntry, known: RevocationEntry): boolean {
  if (entry.kind === 'user' && known.kind === 'user') return entry.not_before > known.not_before;
  return entry.expires_at > known.expires_at;
}

function refusalOf({ code }: RevocationEntry): Refusal {
  // New rights are had by a new token; only open connections are told that they changed.
  return refusal(code === 'permissions_changed' ? 'token_revoked' : code);
}
