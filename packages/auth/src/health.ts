import type { HealthCheck } from '@netra/service';
import type { Pool } from 'pg';

/** A database that does not answer within this time counts as down. */
const PING_TIMEOUT_MS = 1_000;

/** Whether this service can do its work: its database answers, and it can sign. */
export async function checkHealth(pool: Pool, signer: () => Promise<unknown>): Promise<HealthCheck[]> {
  const [database, signing] = await Promise.all([isDatabaseUp(pool), succeeds(signer())]);
  return [
    { name: 'auth_database', ok: database },
    { name: 'signing_key', ok: signing },
  ];
}

export function isDatabaseUp(pool: Pool): Promise<boolean> {
  return succeeds(pool.query('select 1'));
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  const timeout = AbortSignal.timeout(PING_TIMEOUT_MS);
  const late = new Promise<boolean>((resolve) => {
    timeout.addEventListener('abort', () => resolve(false), { once: true });
  });
  const done = work.then(
    () => true,
    () => false,
  );
  return Promise.race([done, late]);
}
