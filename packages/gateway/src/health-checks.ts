import type { HealthCheck, Migration } from '@netra/service';
import type { Pool } from 'pg';
import type { AuthClient } from './auth-client/auth-client.ts';
import type { KeyProof } from './auth-client/key-proof.ts';
import { missingMigrations } from './migrations.ts';
import type { RevocationFeed } from './revocations/revocation-feed.ts';

export interface HealthChecksOptions {
  pool: Pool;
  /** Those that this release needs. */
  migrations: readonly Migration[];
  authClient: AuthClient;
  keyProof: KeyProof;
  revocationFeed: Pick<RevocationFeed, 'isRecent'>;
  isDraining: () => boolean;
}

/** A load balancer waits a few seconds for the whole answer; the pool would wait longer for a place. */
const DATABASE_TIMEOUT_MS = 2_000;

/** What readiness depends on. A cause is named by its class only: a message may hold an address. */
export function createHealthChecks(options: HealthChecksOptions): () => Promise<HealthCheck[]> {
  return async () => {
    const isDraining = options.isDraining();
    const accepting = {
      name: 'accepting',
      ok: !isDraining,
      ...(isDraining ? { code: 'draining', detail: 'draining' } : {}),
    };
    const [database, auth, keys] = await Promise.all([
      checkDatabase(options),
      checkAuth(options),
      options.keyProof.check(),
    ]);
    return [database, auth, keys, accepting];
  };
}

async function checkDatabase({ pool, migrations }: HealthChecksOptions): Promise<HealthCheck> {
  let missing: string[] = [];
  const database = await timed('database', async () => {
    missing = await withinTime(missingMigrations(pool, migrations));
  });
  if (!database.ok) return { ...database, code: isExhausted(pool) ? 'pool_exhausted' : 'unreachable' };
  if (missing.length === 0) return database;
  return { ...database, ok: false, code: 'migration_missing', detail: `${missing.join(', ')} not applied` };
}

function isExhausted({ options, totalCount, idleCount, waitingCount }: Pool): boolean {
  return waitingCount > 0 && idleCount === 0 && totalCount >= (options.max ?? Number.POSITIVE_INFINITY);
}

async function checkAuth({ authClient, revocationFeed }: HealthChecksOptions): Promise<HealthCheck> {
  const ping = await timed('auth', () => authClient.ping());
  const circuit = authClient.circuit();
  if (ping.ok && circuit === 'closed') return ping;
  return {
    ...ping,
    ...(ping.ok ? { code: `circuit_${circuit}` } : { code: 'unreachable' }),
    // For as long as known users are served, an outage of the auth service is no reason to send them away.
    ...(!ping.ok && revocationFeed.isRecent() && { isDegraded: true }),
    ...(circuit !== 'closed' && { detail: withCircuit(ping.detail, circuit) }),
  };
}

function withCircuit(detail: string | undefined, circuit: string): string {
  return [...(detail === undefined ? [] : [detail]), `circuit breaker ${circuit}`].join(', ');
}

async function withinTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), DATABASE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
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
