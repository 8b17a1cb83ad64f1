import type { HealthCheck } from '@netra/service';
import type { Pool } from 'pg';
import type { AuthClient } from './auth-client/auth-client.ts';

/** What readiness depends on. A cause is named by its class only: a message may hold an address. */
export async function runHealthChecks(options: {
  pool: Pool;
  authClient: AuthClient;
  isDraining: boolean;
}): Promise<HealthCheck[]> {
  const { pool, authClient, isDraining } = options;
  const accepting = { name: 'accepting', ok: !isDraining, ...(isDraining ? { detail: 'draining' } : {}) };
  const [database, auth] = await Promise.all([
    timed('database', () => pool.query('SELECT 1')),
    timed('auth', () => authClient.ping()),
  ]);
  return [database, auth, accepting];
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
