import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuthKit, startAuth } from './testing/auth-kit.ts';
import { eventually } from './testing/eventually.ts';

let kit: AuthKit;
beforeEach(async () => {
  kit = await startAuth();
});
afterEach(() => kit.stop());

// A command of `netra users` is over as soon as its change is made, and the change wakes its own process.
test('a stop waits for the reading that the last change set off, so that nobody ends the pool below it', async () => {
  const blocker = await kit.pool.connect();
  const waiting = async () => {
    // Not by the blocker: within a transaction every look is the first one's.
    const { rowCount } = await kit.pool.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return (rowCount ?? 0) > 0;
  };
  await blocker.query('begin; lock table revocations in access exclusive mode');
  await kit.pool.query('notify netra_revocations');
  await eventually(waiting);
  let isStopped = false;
  const stopped = kit.auth.stop().then(() => {
    isStopped = true;
  });
  // The rest of the stop takes a few milliseconds.
  await delay(300);
  expect(isStopped).toBe(false);
  await blocker.query('rollback');
  blocker.release();
  await stopped;
  expect(kit.logged.filter((line) => line.includes('revocations were not read'))).toEqual([]);
});
