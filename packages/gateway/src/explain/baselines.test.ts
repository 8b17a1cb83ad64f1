import { expect, test } from 'vitest';
import { createHandshakeStats } from '../attempts/handshake-stats.ts';
import { baselinesOf } from './baselines.ts';

test('an ordinary day is that of accepted handshakes, once there were some', () => {
  const handshakes = createHandshakeStats({ now: () => 0 });
  const step = (duration_ms: number) => [{ step: 'user_status', outcome: 'ok', duration_ms }] as const;
  for (let count = 0; count < 20; count++) {
    expect(baselinesOf(handshakes)).toEqual([]);
    handshakes.record('accepted', step(2));
  }
  for (let count = 0; count < 100; count++) handshakes.record('auth_unavailable', step(1_000));
  expect(baselinesOf(handshakes)).toEqual([{ step: 'user_status', p50_ms: 2.5, p95_ms: 2.5 }]);
});
