import { newId, refusal } from '@netra/protocol';
import { createLogger, createPool, migrate } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presentedToken } from '../admission/presented-token.ts';
import { gatewayMigrations } from '../migrations.ts';
import { beginAttempt } from './attempt.ts';
import { createAttempts } from './attempts.ts';

const log = createLogger({ level: 'silent' });
let pool: Pool;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  drop = () => database.drop();
  pool = createPool(database.connection, { schema: 'netra' });
  await migrate({ pool, schema: 'netra', migrations: await gatewayMigrations(), log });
});
afterAll(async () => {
  await pool.end();
  await drop();
});

const refusedAttempt = (userId: string) => {
  const attempt = beginAttempt({ now: Date.now });
  attempt.note({ userId });
  return attempt.finish(refusal('user_inactive'));
};

test('a flood of refusals writes at most 20 a second, and the latest stay in memory', async () => {
  const attempts = createAttempts({ pool, now: Date.now, log });
  const flood = Array.from({ length: 500 }, () => refusedAttempt('flood'));
  for (const attempt of flood) attempts.record(attempt);
  expect(await attempts.find(flood[499]?.attempt_id ?? '')).toMatchObject({ code: 'user_inactive' });
  await attempts.stop();
  const { rows } = await pool.query("SELECT count(*)::int AS count FROM attempts WHERE user_id = 'flood'");
  expect(rows[0].count).toBe(20);
});

test('one sender who floods is kept 200 times, then 10 times a second, and takes nobody else their place', async () => {
  let nowMs = Date.now();
  const attempts = createAttempts({ pool, now: () => nowMs, log });
  const kept = (sender: string, count: number) =>
    Array.from({ length: count }, () => attempts.mayKeep(sender, 'token_signature_invalid')).filter(Boolean)
      .length;
  expect(kept('flood', 5_000)).toBe(200);
  expect(kept('somebody', 1)).toBe(1);
  expect(attempts.mayKeep('flood', 'internal_error')).toBe(true);
  nowMs += 1_000;
  expect(kept('flood', 5_000)).toBe(10);
  expect(attempts.unstored()).toBe(9_790);
  await attempts.stop();
});

test('senders without number are kept 1,000 times, then 200 times a second', async () => {
  let nowMs = Date.now();
  const attempts = createAttempts({ pool, now: () => nowMs, log });
  const kept = (round: number) =>
    Array.from({ length: 3_000 }, (_, index) =>
      attempts.mayKeep(`${round}.${index}`, 'token_signature_invalid'),
    ).filter(Boolean).length;
  expect(kept(1)).toBe(1_000);
  nowMs += 1_000;
  expect(kept(2)).toBe(200);
  await attempts.stop();
});

test('a refusal on one node is found from another', async () => {
  const [here, there] = [
    createAttempts({ pool, now: Date.now, log }),
    createAttempts({ pool, now: Date.now, log }),
  ];
  const attempt = refusedAttempt('elsewhere');
  here.record(attempt);
  await here.stop();
  expect(await there.find(attempt.attempt_id)).toEqual(attempt);
  expect(await there.recent({ userId: 'elsewhere', limit: 5 })).toEqual([attempt]);
  expect(await there.recent({ userId: newId('ref'), limit: 5 })).toEqual([]);
  await there.stop();
});

test('refusals older than a week are swept', async () => {
  const old = createAttempts({ pool, now: Date.now, log });
  const attempt = refusedAttempt('old');
  old.record(attempt);
  await old.stop();
  const later = createAttempts({ pool, now: () => Date.now() + 8 * 24 * 60 * 60_000, log });
  await later.stop();
  expect(await later.find(attempt.attempt_id)).toBeUndefined();
});

test.each([
  ['a header with U+0000', { kid: 'a\u0000b' }, {}],
  ['half a character', {}, { iss: '\ud800' }],
])('a token with %s cannot keep refusals out of the database', async (_what, header, claims) => {
  const attempts = createAttempts({ pool, now: Date.now, log });
  const hostile = beginAttempt({ now: Date.now, client: { user_agent: 'a\udc00\u0000' } });
  hostile.note({ facts: { token: presentedToken(unsigned(header, claims)) ?? {} } });
  const batch = [hostile.finish(refusal('token_malformed', '\u0000\ud800')), refusedAttempt('neighbour')];
  for (const attempt of batch) attempts.record(attempt);
  await attempts.stop();
  expect(await stored(batch)).toEqual(new Set(batch.map(({ attempt_id }) => attempt_id)));
});

test('a row that the database refuses costs only itself', async () => {
  const attempts = createAttempts({ pool, now: Date.now, log });
  const good = [refusedAttempt('first'), refusedAttempt('last')];
  const bad = { ...refusedAttempt('bad'), detail: '\u0000' };
  for (const attempt of [good[0], bad, good[1]]) if (attempt) attempts.record(attempt);
  await attempts.stop();
  expect(await stored([...good, bad])).toEqual(new Set(good.map(({ attempt_id }) => attempt_id)));
});

test.each(['\u0000', 'x'.repeat(65), '', 'é'])('%j is the id of no attempt', async (id) => {
  const attempts = createAttempts({ pool, now: Date.now, log });
  expect(await attempts.find(id)).toBeUndefined();
  await attempts.stop();
});

function unsigned(header: object, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'XX', typ: 'at+jwt', ...header })}.${part(claims)}.x`;
}

async function stored(attempts: readonly { attempt_id: string }[]): Promise<Set<string>> {
  const ids = attempts.map(({ attempt_id }) => attempt_id);
  const found = await pool.query('SELECT attempt_id FROM attempts WHERE attempt_id = ANY($1)', [ids]);
  return new Set(found.rows.map(({ attempt_id }) => attempt_id));
}
