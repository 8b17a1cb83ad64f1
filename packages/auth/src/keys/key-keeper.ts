import { AppError, type Logger } from '@netra/service';
import type { Pool, PoolClient } from 'pg';
import type { AuditAction, AuditLog } from '../audit/audit-log.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { inTransaction } from '../transaction.ts';
import { planRing, type RingKey, type RingStep, usableAtMs } from './ring-plan.ts';
import { activateKey, createKey, lockRing, readRing, scheduleKey, withdrawKey } from './ring-rows.ts';

/** Turns the key ring: by itself, and for whoever runs the installation. */
export interface KeyKeeper {
  /** Does what is due: the first key, publishing, taking over, retiring. Any number of processes may call it. */
  turn(): Promise<void>;
  /** Newest first, revoked ones included. */
  list(): Promise<RingKey[]>;
  /** A new key takes over as soon as every verifier can know it; the answer says when. Repeating it changes nothing. */
  rotate(): Promise<{ kid: string; activateAtMs: number }>;
  /**
   * Takes the last step back: a next key that never signed is withdrawn; otherwise the key that signed before signs
   * again, and the present one waits, still published. Errors: `nothing_to_revert`.
   */
  revert(): Promise<RingKey[]>;
  /**
   * For a key that leaked: nothing that it signed is accepted any more, anywhere, within 5 s, and its private half is
   * erased. When it was the active one, another takes over at once. Errors: `key_unknown`.
   */
  revoke(kid: string): Promise<void>;
}

export interface KeyKeeperOptions {
  pool: Pool;
  keyEncryptionKey: Uint8Array;
  /** Age at which an active key is replaced. */
  rotateAfterMs: number;
  revocations: Revocations;
  audit: AuditLog;
  /** Told after a change by this process. */
  onChange: () => void;
  now: () => number;
  log: Logger;
}

export function createKeyKeeper(options: KeyKeeperOptions): KeyKeeper {
  const { pool, keyEncryptionKey, rotateAfterMs, revocations, audit, onChange, now, log } = options;

  async function change<T>(work: (client: PoolClient, done: Done) => Promise<T>): Promise<T> {
    const happened: { action: AuditAction; kid: string }[] = [];
    const result = await inTransaction(pool, async (client) => {
      await lockRing(client);
      const answer = await work(client, (action, kid) => happened.push({ action, kid }));
      if (happened.length > 0) await client.query('notify netra_signing_keys');
      return answer;
    });
    if (happened.length > 0) onChange();
    for (const { action, kid } of happened) {
      log.info({ kid, action }, 'the key ring turned');
      await audit.record({ action, actor: { kind: 'system' }, details: { kid } });
    }
    return result;
  }

  async function take(client: PoolClient, step: RingStep, done: Done): Promise<void> {
    switch (step.step) {
      case 'create':
        done(
          step.state === 'active' ? 'key_promoted' : 'key_published',
          await createKey(client, { ...step, keyEncryptionKey, nowMs: now() }),
        );
        return;
      case 'activate':
        await activateKey(client, step.kid, now());
        done('key_promoted', step.kid);
        return;
      case 'schedule':
        return scheduleKey(client, step.kid, step.activateAtMs);
      case 'expire':
        await withdrawKey(client, step.kid, now());
        done('key_retired', step.kid);
        return;
    }
  }

  async function takeDueSteps(client: PoolClient, done: Done): Promise<void> {
    const plan = async () => planRing(await readRing(client), { nowMs: now(), rotateAfterMs });
    for (let step = await plan(); step !== undefined; step = await plan()) await take(client, step, done);
  }

  return {
    async turn() {
      // Looked at without the lock first: nearly always there is nothing to do.
      if (planRing(await readRing(pool), { nowMs: now(), rotateAfterMs }) === undefined) return;
      await change(takeDueSteps);
    },

    list: async () => (await readRing(pool)).map(withoutKeyMaterial),

    rotate: () =>
      change(async (client, done) => {
        await takeDueSteps(client, done);
        const next = (await readRing(client)).find(({ state }) => state === 'next');
        const nowMs = now();
        if (next !== undefined) {
          const activateAtMs = Math.min(
            next.activateAtMs ?? Number.POSITIVE_INFINITY,
            usableAtMs(next, nowMs),
          );
          await scheduleKey(client, next.kid, activateAtMs);
          await takeDueSteps(client, done);
          return { kid: next.kid, activateAtMs };
        }
        const activateAtMs = usableAtMs({ kid: '', state: 'next', createdAtMs: nowMs }, nowMs);
        const kid = await createKey(client, { keyEncryptionKey, state: 'next', nowMs, activateAtMs });
        done('key_published', kid);
        return { kid, activateAtMs };
      }),

    revert: () =>
      change(async (client, done) => {
        await revertRing(client, done, now());
        return (await readRing(client)).map(withoutKeyMaterial);
      }),

    async revoke(kid) {
      await change(async (client, done) => {
        const key = (await readRing(client)).find((each) => each.kid === kid);
        if (key === undefined) throw new AppError('key_unknown', 'The ring has no key of this id.');
        await withdrawKey(client, kid, now());
        await revocations.addWithin(client, { kind: 'key', code: 'token_revoked', kid });
        done('key_revoked', kid);
        await takeDueSteps(client, done);
      });
      await revocations.refresh();
    },
  };
}

type Done = (action: AuditAction, kid: string) => void;

async function revertRing(client: PoolClient, done: Done, nowMs: number): Promise<void> {
  const keys = await readRing(client);
  const next = keys.find(({ state }) => state === 'next');
  if (next !== undefined && next.activatedAtMs === undefined) {
    await client.query('delete from signing_keys where kid = $1', [next.kid]);
    done('key_retired', next.kid);
    return;
  }
  const [before] = keys
    .filter(({ state }) => state === 'retiring')
    .sort((left, right) => (right.retiringAtMs ?? 0) - (left.retiringAtMs ?? 0));
  if (next !== undefined || before === undefined)
    throw new AppError('nothing_to_revert', 'No step of the key ring can be taken back now.', {
      fix: 'Run `netra keys list`: a step back needs a next key that never signed, or a retiring one and no next.',
    });
  await client.query(`update signing_keys set state = 'next', activate_at = null where state = 'active'`);
  await activateKey(client, before.kid, nowMs);
  done('key_promoted', before.kid);
}

function withoutKeyMaterial({
  publicJwk: _public,
  sealedPrivateJwk: _private,
  ...key
}: RingKey & {
  publicJwk?: unknown;
  sealedPrivateJwk?: unknown;
}): RingKey {
  return key;
}
