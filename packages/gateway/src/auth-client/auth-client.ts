import { type AttemptSummary, attemptSummarySchema } from '@netra/protocol';
import {
  type CircuitBreakerOptions,
  type CircuitBreakerState,
  createCircuitBreaker,
  type Logger,
} from '@netra/service';
import { type CachedKeys, remoteKeys } from '@netra/token';
import { type AuthExchange, type AuthFetch, AuthOutage, createAuthExchange } from './auth-exchange.ts';
import { type BreakerHistory, createBreakerHistory } from './breaker-history.ts';
import { createKeyHistory, type KeyHistory } from './key-history.ts';
import { type KeyMaterial, type ProofResult, proveKeyMaterial } from './service-proof.ts';
import { createServiceExchange } from './service-token.ts';
import { createUserDirectory, type UserDirectory } from './user-directory.ts';

/** Below the handshake's 3 s, so that a slow auth service is named as such and not only as a missed deadline. */
const PING_TIMEOUT_MS = 1_000;

export interface AuthClient {
  keys: CachedKeys;
  directory: UserDirectory;
  /** Asks under `/auth/service/` as this service. */
  asService: AuthExchange;
  /** What the auth service says of the id in a refusal of its own. Throws `AuthOutage`. */
  attempt(attemptId: string): Promise<AttemptSummary | undefined>;
  /** Of the circuit breaker that all questions but those for public keys go through. */
  circuit(): CircuitBreakerState;
  /** What opened it, if it was open lately. */
  circuitHistory: BreakerHistory['read'];
  /** Keys that left the key set. */
  retiredKeys: KeyHistory['left'];
  prove(material: KeyMaterial): Promise<ProofResult>;
  /** Milliseconds until the auth service answered with its key set. Throws when it does not within 1 s. */
  ping(): Promise<number>;
}

export interface AuthClientOptions {
  fetch: AuthFetch;
  baseUrl: string;
  serviceId: string;
  serviceSecret: string;
  now: () => number;
  log: Logger;
  /** Of the circuit breaker, where its defaults do not fit. */
  breaker?: Partial<Pick<CircuitBreakerOptions, 'openMs' | 'windowMs' | 'minCalls' | 'timeoutMs'>>;
}

/** All that the gateway asks the auth service: public keys, users, what was revoked, and whether the keys agree. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const { fetch, baseUrl, now, log } = options;
  const jwksUrl = new URL('/auth/jwks.json', baseUrl).href;
  const history = createBreakerHistory({ now });
  const keyHistory = createKeyHistory({ now });
  const breaker = createCircuitBreaker({
    name: 'the auth service',
    now,
    onStateChange(state) {
      history.changed(state);
      log.warn({ circuit: state }, 'the circuit to the auth service changed');
    },
    ...options.breaker,
  });
  const exchange = createAuthExchange({ fetch, baseUrl, breaker, onFailure: history.failed });
  const asService = createServiceExchange({ ...options, exchange });
  return {
    keys: remoteKeys({ jwksUrl, fetch: keyHistory.watch(fetch), now, log }),
    directory: createUserDirectory({ exchange: asService, now, log }),
    asService,
    attempt: (attemptId) => findAttempt(asService, attemptId),
    circuit: () => breaker.state(),
    circuitHistory: history.read,
    retiredKeys: keyHistory.left,
    prove: (material) => proveKeyMaterial({ ...options, exchange, material }),
    // Past the breaker: what it says must be of now.
    ping: () => ping(fetch, jwksUrl),
  };
}

async function findAttempt(exchange: AuthExchange, attemptId: string): Promise<AttemptSummary | undefined> {
  const path = `/auth/service/attempts/${encodeURIComponent(attemptId)}`;
  const { status, body } = await exchange(path, {});
  if (status === 404) return undefined;
  const parsed = attemptSummarySchema.safeParse(body);
  if (status !== 200 || !parsed.success) throw new AuthOutage(`the auth service answered ${status}`);
  return parsed.data;
}

async function ping(fetch: AuthClientOptions['fetch'], url: string): Promise<number> {
  const startedAtMs = performance.now();
  const signal = AbortSignal.timeout(PING_TIMEOUT_MS);
  // Raced as well: an in-process handler may be deaf to the signal.
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
  const response = await Promise.race([fetch(new Request(url, { signal })), late]);
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the auth service answered ${response.status}`);
  return performance.now() - startedAtMs;
}
