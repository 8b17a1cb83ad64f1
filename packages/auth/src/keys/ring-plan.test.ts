import { expect, test } from 'vitest';
import { PUBLISH_AHEAD_MS, planRing, RETIRING_MS, type RingKey } from './ring-plan.ts';

const DAY_MS = 24 * 60 * 60_000;
const nowMs = Date.UTC(2026, 0, 1);
const plan = (...keys: RingKey[]) => planRing(keys, { nowMs, rotateAfterMs: 90 * DAY_MS });
const active = (ageMs: number): RingKey => ({
  kid: 'a',
  state: 'active',
  createdAtMs: nowMs - ageMs,
  activatedAtMs: nowMs - ageMs,
});

test('an empty ring gets its first key, which signs at once', () => {
  expect(plan()).toEqual({ step: 'create', state: 'active', activateAtMs: nowMs });
});

test('a young key is left alone', () => {
  expect(plan(active(89 * DAY_MS))).toBeUndefined();
});

test('the next key is published twice the life of the key set before it signs', () => {
  expect(PUBLISH_AHEAD_MS).toBe(10 * 60_000);
  const dueAtMs = nowMs + PUBLISH_AHEAD_MS;
  expect(plan(active(90 * DAY_MS - PUBLISH_AHEAD_MS))).toEqual({
    step: 'create',
    state: 'next',
    activateAtMs: dueAtMs,
  });
  // After a long stop the key is overdue, and the next one is published for as long all the same.
  expect(plan(active(200 * DAY_MS))).toMatchObject({ step: 'create', activateAtMs: dueAtMs });
});

test('the next key takes over when its time has come and not before', () => {
  const next = (activateAtMs: number): RingKey => ({
    kid: 'n',
    state: 'next',
    createdAtMs: nowMs,
    activateAtMs,
  });
  expect(plan(active(90 * DAY_MS), next(nowMs + 1))).toBeUndefined();
  expect(plan(active(90 * DAY_MS), next(nowMs))).toEqual({ step: 'activate', kid: 'n' });
});

test('a next key that was held back is scheduled once the active one is old', () => {
  const held: RingKey = { kid: 'n', state: 'next', createdAtMs: nowMs - DAY_MS };
  expect(plan(active(DAY_MS), held)).toBeUndefined();
  expect(plan(active(90 * DAY_MS), held)).toEqual({ step: 'schedule', kid: 'n', activateAtMs: nowMs });
});

test('without an active key the next one takes over at once', () => {
  expect(plan({ kid: 'n', state: 'next', createdAtMs: nowMs, activateAtMs: nowMs + DAY_MS })).toEqual({
    step: 'activate',
    kid: 'n',
  });
});

test('a retiring key stays for token life, skew and the life of the key set, and then goes', () => {
  expect(RETIRING_MS).toBe(15.5 * 60_000);
  const retiring = (sinceMs: number): RingKey => ({
    kid: 'r',
    state: 'retiring',
    createdAtMs: 0,
    retiringAtMs: nowMs - sinceMs,
  });
  expect(plan(active(0), retiring(RETIRING_MS - 1))).toBeUndefined();
  expect(plan(active(0), retiring(RETIRING_MS))).toEqual({ step: 'expire', kid: 'r' });
});
