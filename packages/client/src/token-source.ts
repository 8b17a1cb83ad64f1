import type { Clock } from './clock.ts';
import { NetraError } from './netra-error.ts';

/**
 * Gives an access token; `force` asks for a fresh one. `undefined` means: nobody is signed in.
 * Called before each connection and each request, so it should cache (`createNetraAuth` does).
 */
export type GetToken = (options?: { force?: boolean }) => Promise<string | undefined> | string | undefined;

/** Longest wait for the application's `getToken`. */
const TOKEN_TIMEOUT_MS = 20_000;

/** A token, or a `NetraError` that says what to do: whatever the application's `getToken` does. */
export type TokenSource = (options?: { force?: boolean }) => Promise<string>;

export function createTokenSource(getToken: GetToken, { clock, signal }: TokenSourceOptions): TokenSource {
  return async (options = {}) => {
    if (signal.aborted) throw new NetraError('client_closed');
    const limit = timeLimit(clock, signal);
    try {
      const token = await Promise.race([Promise.resolve(getToken(options)), limit.reached]);
      if (token === undefined || token === '') throw new NetraError('credential_missing');
      return token;
    } catch (error) {
      throw error instanceof NetraError ? error : new NetraError('token_unavailable', { cause: error });
    } finally {
      limit.cancel();
    }
  };
}

interface TokenSourceOptions {
  readonly clock: Clock;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

function timeLimit(clock: Clock, signal: AbortSignal): { reached: Promise<never>; cancel: () => void } {
  let cancel = () => {};
  const reached = new Promise<never>((_, reject) => {
    const late = new NetraError('token_unavailable', { detail: '`getToken` did not answer in time.' });
    const stopTimer = clock.after(TOKEN_TIMEOUT_MS, () => reject(late));
    const whenClosed = () => reject(new NetraError('client_closed'));
    signal.addEventListener('abort', whenClosed, { once: true });
    cancel = () => {
      stopTimer();
      signal.removeEventListener('abort', whenClosed);
    };
  });
  return { reached, cancel };
}
