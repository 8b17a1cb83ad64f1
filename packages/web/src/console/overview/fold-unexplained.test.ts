import type { OpsRefusals } from '@netra/protocol';
import { expect, test } from 'vitest';
import { foldUnexplained } from './fold-unexplained.ts';

type Refused = OpsRefusals['items'][number];

const cause = (root_cause: string) => ({ cause: { root_cause, title: root_cause } });
const refused = (code: Refused['code'], count: number, more: Partial<Refused> = {}): Refused => ({
  code,
  count,
  user_count: 1,
  first_seen: '2026-01-01T00:00:00.000Z',
  last_seen: '2026-01-01T00:00:00.000Z',
  example_attempt_id: `att_${code}`,
  ...more,
});

test('what is not explained yet stands with the most frequent cause of its code', () => {
  const later = '2026-01-01T00:01:00.000Z';
  const [first, second] = foldUnexplained([
    refused('token_expired', 9, cause('clock_skew')),
    refused('token_expired', 5, { last_seen: later }),
    refused('token_expired', 2, cause('token_stale_client')),
  ]);
  expect(first).toMatchObject({
    count: 14,
    unexplained: 5,
    last_seen: later,
    cause: { root_cause: 'clock_skew' },
  });
  expect(second).toMatchObject({ count: 2, unexplained: 0 });
});

test('a code of which nothing is explained stands alone, in the order of how many there are', () => {
  const items = foldUnexplained([
    refused('token_expired', 2, cause('clock_skew')),
    refused('origin_not_allowed', 7),
  ]);
  expect(items.map(({ code, unexplained }) => [code, unexplained])).toEqual([
    ['origin_not_allowed', 7],
    ['token_expired', 0],
  ]);
});
