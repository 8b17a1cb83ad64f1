import { AppError, CIRCUIT_OPEN, CIRCUIT_TIMEOUT, type CircuitBreaker } from '@netra/service';

/**
 * `globalThis.fetch`, or the handler of an auth service in the same process, which has nothing to abort and ignores `init`.
 * The signal is no part of the request: Node keeps such a request until the next full collection, one for each user who
 * comes, and leaves the heap full of holes.
 */
export type AuthFetch = (request: Request, init?: { signal: AbortSignal }) => Promise<Response>;

/** An answer of the auth service, read to its end. `body` is undefined where it is no JSON. */
export interface AuthAnswer {
  status: number;
  body: unknown;
}

/** Asks the auth service one thing. Throws `AuthOutage` when there is no answer, and for an answer that is a failure of it. */
export type AuthExchange = (path: string, init: RequestInit) => Promise<AuthAnswer>;

/** The auth service could not be asked, or said nothing that counts. The message holds no address and no secret. */
export class AuthOutage extends Error {
  override readonly name = 'AuthOutage';
}

/** Larger answers are failures: a page of the revocation feed is about 150 KB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Through the circuit breaker, which also holds the time limit. What is 4xx is an answer, not a failure. */
export function createAuthExchange(options: {
  fetch: AuthFetch;
  baseUrl: string;
  breaker: CircuitBreaker;
  /** Told of each call that was made and failed, in words without secrets. */
  onFailure?: (error: string) => void;
}): AuthExchange {
  const { fetch, baseUrl, breaker, onFailure } = options;

  async function ask(path: string, init: RequestInit, signal: AbortSignal): Promise<AuthAnswer> {
    const request = new Request(new URL(path, baseUrl), { ...init, redirect: 'error' });
    const response = await fetch(request, { signal });
    const text = await response.text();
    if (text.length > MAX_ANSWER_BYTES) throw new AuthOutage('the answer is too large');
    return { status: response.status, body: parse(text) };
  }

  return async (path, init) => {
    const answer = await breaker
      .execute(
        (signal) => ask(path, init, signal),
        ({ status }) => status >= 500,
      )
      .catch((cause: unknown) => {
        const outage = outageOf(cause);
        if (!isRefusedByBreaker(cause)) onFailure?.(outage.message);
        throw outage;
      });
    if (answer.status >= 500) {
      const outage = new AuthOutage(`the auth service answered ${answer.status}`);
      onFailure?.(outage.message);
      throw outage;
    }
    return answer;
  };
}

function isRefusedByBreaker(cause: unknown): boolean {
  return cause instanceof AppError && cause.code === CIRCUIT_OPEN;
}

function outageOf(cause: unknown): AuthOutage {
  if (cause instanceof AuthOutage) return cause;
  const code = cause instanceof AppError ? cause.code : undefined;
  if (code === CIRCUIT_OPEN) return new AuthOutage('the circuit breaker is open', { cause });
  if (code === CIRCUIT_TIMEOUT) return new AuthOutage('no answer in time', { cause });
  return new AuthOutage('the auth service cannot be reached', { cause });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
