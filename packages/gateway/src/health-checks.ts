import type { HealthCheck } from '@netra/service';
import type { Pool } from 'pg';
import type { AuthClient } from './auth-client/auth-client.ts';
import type { KeyProof } from './auth-client/key-proof.ts';
import type { RevocationFeed } from './revocations/revocation-feed.ts';

/** What readiness depends on. A cause is named by its class only: a message may hold an address. */
export async function runHealthChecks(options: {
  pool: Pool;
  authClient: AuthClient;
  keyProof: KeyProof;
  revocationFeed: Pick<RevocationFeed, 'isRecent'>;
  isDraining: boolean;
}): Promise<HealthCheck[]> {
  const { pool, authClient, keyProof, revocationFeed, isDraining } = options;
  const accepting = { name: 'accepting', ok: !isDraining, ...(isDraining ? { detail: 'draining' } : {}) };
  const [database, ping, keys] = await Promise.all([
    timed('database', () => pool.query('SELECT 1')),
    timed('auth', () => authClient.ping()),
    keyProof.check(),
  ]);
  const circuit = authClient.circuit();
  const auth = {
    ...ping,
    // For as long as known users are served, an outage of the auth service is no reason to send them away.
    ...(!ping.ok && revocationFeed.isRecent() && { isDegraded: true }),
    ...(circuit !== 'closed' && { detail: withCircuit(ping.detail, circuit) }),
  };
  return [database, auth, keys, accepting];
}

function withCircuit(detail: string | undefined, circuit: string): string {
  return [...(detail === undefined ? [] : [detail]), `circuit breaker ${circuit}`].join(', ');
}

async function timed(name: string, probe: () => Promise<unknown>): Promise<HealthCheck> {
  const startedAtMs = performance.now();
  const durationMs = () => Math.round((performance.now() - startedAtMs) * 10) / 10;
  try {
    await probe();
    return { name, ok: true, durationMs: durationMs() };
  } catch (cause) {
    return {
      name,
      ok: false,
      detail: cause instanceof Error ? cause.name : 'failed',
      durationMs: durationMs(),
    };
  }
}
