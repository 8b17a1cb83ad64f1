import type { OpsStatus } from '@netra/protocol';
import { expect, test } from 'vitest';
import { healthOf } from './health.ts';

const NOW_MS = Date.parse('2026-01-01T01:00:00.000Z');

function handshakes(more: Partial<OpsStatus['handshakes']> = {}): OpsStatus['handshakes'] {
  return { accepted: 0, refused: [], minutes: [], ...more };
}

test('more than 99 of 100 must succeed, in under 3 s on average, and none may take over 5 s', () => {
  const good = handshakes({ accepted_share: 0.991, average_ms: 2_999, slowest_ms: 5_000 });
  expect(healthOf(good, NOW_MS)).toMatchObject({ success: 'good', average: 'good', slowest: 'good' });
  const bad = handshakes({ accepted_share: 0.99, average_ms: 3_000, slowest_ms: 5_001 });
  expect(healthOf(bad, NOW_MS)).toMatchObject({ success: 'bad', average: 'bad', slowest: 'bad' });
});

test('where nobody came there is nothing to judge', () => {
  expect(healthOf(handshakes(), NOW_MS)).toEqual({
    success: 'none',
    average: 'none',
    slowest: 'none',
    recentShare: undefined,
  });
});

test('the last five minutes are told apart, and who left early counts for neither side', () => {
  const minutes = [
    { at: '2026-01-01T00:30:00.000Z', accepted: 0, refused: 90, left: 0 },
    { at: '2026-01-01T00:57:00.000Z', accepted: 3, refused: 1, left: 7 },
  ];
  expect(healthOf(handshakes({ minutes }), NOW_MS).recentShare).toBe(0.75);
});
