import { LIMITS, type ReasonCode, type Refusal, type RevocationEntry, refusal } from '@netra/protocol';
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
export function createRevocations(_options: RevocationsOptions = {}): Revocations {
  void LIMITS;
  void refusal;
  return {
    apply() {},
    refusalFor: (_token: RevocableToken): Refusal | undefined => undefined,
    generation: () => 0,
  };
}
export type X = ReasonCode;
