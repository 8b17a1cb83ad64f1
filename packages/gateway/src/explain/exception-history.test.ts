import type { AttemptRecord } from '@netra/diagnosis';
import { expect, test } from 'vitest';
import { exceptionHistory } from './exception-history.ts';

const failed = (minute: number, location: string, release: string): AttemptRecord => ({
  attempt_id: `att_${minute}`,
  at: `2026-01-01T10:0${minute}:00.000Z`,
  code: 'internal_error',
  steps: [],
  client: {},
  facts: { exception: { name: 'TypeError', location, release } },
});

const kept = [failed(3, 'a.ts:1', '1.2.0'), failed(2, 'b.ts:9', '1.2.0'), failed(1, 'a.ts:1', '1.1.0')];
const startedAtMs = Date.parse('2026-01-01T10:02:00.000Z');
const options = { attempts: { recent: async () => kept }, startedAtMs, now: () => startedAtMs + 120_000 };

test('counts the same exception at the same place, from the first on', async () => {
  const subject = { kind: 'attempt', attempt: failed(3, 'a.ts:1', '1.2.0') } as const;
  expect(await exceptionHistory(subject, options)).toEqual({
    first_seen: '2026-01-01T10:01:00.000Z',
    count: 2,
    release: '1.1.0',
    rate_after_per_min: 0.5,
  });
});

test('says nothing of one that was not met before, nor where there was none', async () => {
  const elsewhere = { kind: 'attempt', attempt: failed(3, 'c.ts:5', '1.2.0') } as const;
  expect(await exceptionHistory(elsewhere, options)).toBeUndefined();
  const { facts: _facts, ...plain } = failed(3, 'a.ts:1', '1.2.0');
  expect(await exceptionHistory({ kind: 'attempt', attempt: plain }, options)).toBeUndefined();
});

test('compares how often it came before this release was started and since', async () => {
  const refused = { ...failed(0, 'x.ts:1', '1.0.0'), code: 'token_expired' } as const;
  const all = [failed(5, 'a.ts:1', '1.2.0'), failed(4, 'a.ts:1', '1.2.0'), refused];
  const subject = { kind: 'attempt', attempt: failed(5, 'a.ts:1', '1.2.0') } as const;
  const found = await exceptionHistory(subject, { ...options, attempts: { recent: async () => all } });
  expect(found).toMatchObject({ count: 2, rate_before_per_min: 0, rate_after_per_min: 1 });
});
