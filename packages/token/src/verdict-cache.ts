import { hash } from 'node:crypto';
import type { Accepted } from './judge-token.ts';

export interface VerdictCache {
  get(digest: string): Accepted | undefined;
  set(digest: string, verdict: Accepted): void;
}

/** What a token is remembered by: the token itself is never kept. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}

/**
 * At most `maxEntries` verdicts. Two halves: what is used moves to the young one; when that is full, the old one, with
 * all that was not used for a whole turn, goes. So a use costs two look-ups and no list.
 */
export function createVerdictCache(maxEntries: number): VerdictCache {
  const half = Math.floor(maxEntries / 2);
  let young = new Map<string, Accepted>();
  let old = new Map<string, Accepted>();

  function set(digest: string, verdict: Accepted): void {
    if (half === 0) return;
    if (young.size === half) {
      old = young;
      young = new Map();
    }
    young.set(digest, verdict);
  }

  return {
    set,
    get(digest) {
      const recent = young.get(digest);
      if (recent !== undefined) return recent;
      const verdict = old.get(digest);
      if (verdict === undefined) return undefined;
      old.delete(digest);
      set(digest, verdict);
      return verdict;
    },
  };
}
