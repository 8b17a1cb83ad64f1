import type { ClientFrame } from '@netra/protocol';
import { encodeFrame, newId } from '@netra/protocol';
import type { Clock } from './clock.ts';
import type { TokenSource } from './token-source.ts';

/** A token is not renewed in place more often than this, whatever the server announces. */
const MIN_RENEWAL_INTERVAL_MS = 5_000;

/**
 * Gives the server a fresh token on the connection that asked for one. When none can be had, nothing happens:
 * the server closes at the deadline, and reconnecting finds out what is to be done.
 */
export function createTokenRenewal(getToken: TokenSource, clock: Clock) {
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  return async (send: (text: string) => void): Promise<void> => {
    if (clock.now() - renewedAtMs < MIN_RENEWAL_INTERVAL_MS) return;
    renewedAtMs = clock.now();
    const token = await getToken({ force: true }).catch(() => undefined);
    if (token === undefined) return;
    const frame: ClientFrame = { type: 'renew_token', id: newId('ref'), token };
    send(encodeFrame(frame));
  };
}
