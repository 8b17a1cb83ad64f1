import { expect, test } from 'vitest';
import { isNarrowed, queryOf, readFilter, withFilter } from './attempt-filter.ts';

const NOW_MS = Date.parse('2026-01-02T00:00:00.000Z');

test('the address says what the list is narrowed down by; what it does not know is left out', () => {
  const filter = readFilter(
    new URLSearchParams('code=token_expired&user=%20usr_1%20&since=1h&other=x&root_cause='),
  );
  expect(filter).toEqual({ code: 'token_expired', user: 'usr_1', since: '1h' });
  expect(isNarrowed(filter)).toBe(true);
  expect(isNarrowed(readFilter(new URLSearchParams('before=x')))).toBe(false);
});

test('a time to choose becomes a time of the contract, and any other is passed on', () => {
  expect(queryOf({ since: '15m', user: 'usr_1' }, NOW_MS)).toMatchObject({
    since: '2026-01-01T23:45:00.000Z',
    user_id: 'usr_1',
  });
  expect(queryOf({ since: '2026-01-01T00:00:00Z' }, NOW_MS).since).toBe('2026-01-01T00:00:00Z');
  expect(queryOf({}, NOW_MS).since).toBeUndefined();
});

test('another filter begins at the newest again', () => {
  const filter = { code: 'token_expired', before: '2026-01-01T00:00:00Z~att_1' };
  expect(withFilter(filter, 'user', 'usr_1')).toEqual({ code: 'token_expired', user: 'usr_1' });
  expect(withFilter(filter, 'code', '')).toEqual({});
});
