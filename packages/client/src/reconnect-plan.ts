import { fullJitterMs } from './backoff.ts';
import type { NetraError } from './netra-error.ts';

/** Every number of the client's patience, in milliseconds. */
export const RECONNECT = {
  baseMs: 250,
  capMs: 15_000,
  /** A connection that lived this long makes earlier failures forgotten. */
  stableAfterMs: 5_000,
} as const;

/** What happened since there last was a good connection. */
export interface ReconnectHistory {
  readonly failures: number;
  /** A fresh token was already tried. */
  readonly hasRenewed: boolean;
}

export const NO_FAILURES: ReconnectHistory = { failures: 0, hasRenewed: false };

export type ReconnectPlan =
  | { readonly next: 'refuse' }
  | {
      readonly next: 'retry';
      readonly delayMs: number;
      /** Ask `getToken` for a fresh token. */
      readonly forceToken: boolean;
      /** The network coming back may cut the wait short; a wait that the server asked for may not be. */
      readonly mayCutShort: boolean;
      readonly history: ReconnectHistory;
    };

/** What to do after a failed or ended connection. Decided by the advice of the reason alone. */
export function planReconnect(
  failure: NetraError,
  history: ReconnectHistory,
  random: () => number,
): ReconnectPlan {
  const { advice, afterMs } = failure.retry;
  const failures = history.failures + 1;
  const jitterMs = fullJitterMs(failures, { ...RECONNECT, random });
  const retry = { next: 'retry', forceToken: false, mayCutShort: true } as const;
  switch (advice) {
    case 'never':
    case 'sign_in':
      return { next: 'refuse' };
    case 'renew_token': {
      const delayMs = history.hasRenewed ? jitterMs : 0;
      return { ...retry, delayMs, forceToken: true, history: { failures, hasRenewed: true } };
    }
    case 'new_ticket':
      return { ...retry, delayMs: history.failures === 0 ? 0 : jitterMs, history: { ...history, failures } };
    case 'after':
    case 'backoff': {
      const isAsked = afterMs !== undefined;
      // The jitter on top spreads a crowd to which the server named one time.
      const delayMs = isAsked ? afterMs + fullJitterMs(1, { ...RECONNECT, random }) : jitterMs;
      return { ...retry, delayMs, mayCutShort: !isAsked, history: { ...history, failures } };
    }
  }
}
