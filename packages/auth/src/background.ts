import type { Logger } from '@netra/service';
import type { Pool } from 'pg';
import type { RefusedAttempts } from './attempts/refused-attempts.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { every } from './every.ts';
import type { KeyKeeper } from './keys/key-keeper.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Revocations } from './revocations/revocations.ts';
import { createWakeUps } from './wake-ups.ts';

export interface BackgroundOptions {
  pool: Pool;
  revocations: Revocations;
  ring: KeyRing;
  keeper: KeyKeeper;
  audit: AuditLog;
  attempts: RefusedAttempts;
  log: Logger;
}

/** How soon another process's revocation counts here when no wake-up arrives. */
const POLL_REVOCATIONS_MS = 2_000;
const TURN_RING_MS = 15_000;
const WRITE_ATTEMPTS_MS = 1_000;
const PRUNE_MS = 60 * 60_000;

/** Keeps up with other processes, and does what is due by time. Nothing of it keeps the process alive. */
export async function startBackground(options: BackgroundOptions): Promise<{ stop(): Promise<void> }> {
  const { pool, revocations, ring, keeper, audit, attempts, log } = options;
  let reading: Promise<void> = Promise.resolve();
  const readRevocations = () => {
    const read = revocations
      .refresh()
      .then(() => undefined)
      .catch((error: unknown) => log.warn({ err: error }, 'revocations were not read'));
    reading = Promise.all([reading, read]).then(() => undefined);
  };
  const wakeUps = createWakeUps({
    pool,
    log,
    on: { netra_revocations: readRevocations, netra_signing_keys: ring.invalidate },
  });
  await wakeUps.start();
  const repetitions = [
    every(POLL_REVOCATIONS_MS, { name: 'reading revocations', work: revocations.refresh, log }),
    every(TURN_RING_MS, { name: 'turning the key ring', work: keeper.turn, log }),
    every(WRITE_ATTEMPTS_MS, { name: 'writing refused attempts', work: attempts.flush, log }),
    every(PRUNE_MS, { name: 'pruning the audit log', work: audit.prune, log }),
    every(PRUNE_MS, { name: 'pruning refused attempts', work: attempts.prune, log }),
  ];
  return {
    async stop() {
      await wakeUps.stop();
      await Promise.all(repetitions.map((repetition) => repetition.stop()));
      // A command ends right after its own change, which wakes it: whoever ends the pool now would fail the reading.
      await reading;
      await attempts.flush();
    },
  };
}
