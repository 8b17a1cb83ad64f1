import { expect, test } from 'vitest';
import { createBreakerHistory } from './breaker-history.ts';

test('tells the first failure of the series that opened the breaker, and forgets it', () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const history = createBreakerHistory({ now: () => nowMs });
  expect(history.read()).toEqual({});
  history.failed('a hiccup of yesterday');
  nowMs += 120_000;
  history.failed('no answer in time');
  history.failed('the auth service cannot be reached');
  expect(history.read()).toEqual({ first_error: 'no answer in time', failures: 2 });
  history.changed('open');
  nowMs += 10_000;
  history.changed('half_open');
  history.changed('open');
  expect(history.read()).toEqual({
    first_error: 'no answer in time',
    failures: 2,
    opened_at: '2026-01-01T00:02:00.000Z',
  });
  nowMs += 16 * 60_000;
  expect(history.read()).toEqual({});
});
