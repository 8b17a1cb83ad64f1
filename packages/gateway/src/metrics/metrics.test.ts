import { expect, test } from 'vitest';
import { createHandshakeStats } from '../attempts/handshake-stats.ts';
import { createMetrics } from './metrics.ts';

function scripted() {
  const metrics = createMetrics();
  const handshakes = createHandshakeStats({ now: () => 90_000 });
  metrics.watch({
    handshakes,
    openConnections: () => 3,
    queuedBytes: () => 512,
    authCircuit: () => 'open',
    unstoredAttempts: () => 7,
    openIncidents: () => ['auth_down', 'secret_mismatch', 'auth_down'],
  });
  return { metrics, handshakes };
}

test('tells sums, states and step durations in the Prometheus text format', async () => {
  const { metrics, handshakes } = scripted();
  handshakes.record('accepted', [{ step: 'token', outcome: 'ok', duration_ms: 0.2 }]);
  handshakes.record('token_expired', [{ step: 'token', outcome: 'refused', duration_ms: 30 }], true);
  metrics.traffic.framesSent += 2;
  metrics.connectionClosed('slow_consumer');
  metrics.subscribed('recovered');
  metrics.appends.observe(4);
  metrics.explained('token_stale_client');
  const text = await metrics.text();
  for (const line of [
    'netra_handshakes_total{code="accepted"} 1',
    'netra_handshakes_total{code="token_expired"} 1',
    'netra_handshake_step_duration_seconds_bucket{step="token",le="0.00025"} 1',
    'netra_handshake_step_duration_seconds_bucket{step="token",le="0.05"} 2',
    'netra_handshake_step_duration_seconds_bucket{step="token",le="+Inf"} 2',
    'netra_handshake_step_duration_seconds_count{step="token"} 2',
    'netra_frames_sent_total 2',
    'netra_connections_open 3',
    'netra_queued_bytes 512',
    'netra_auth_circuit_state{state="open"} 1',
    'netra_auth_circuit_state{state="closed"} 0',
    'netra_connections_closed_total{code="slow_consumer"} 1',
    'netra_subscriptions_total{outcome="recovered"} 1',
    'netra_append_duration_seconds_bucket{le="0.005"} 1',
    'netra_append_duration_seconds_count 1',
    'netra_attempts_unstored_total 7',
    'netra_test_handshakes_total{code="token_expired"} 1',
    'netra_handshake_duration_seconds_count{outcome="accepted"} 1',
    'netra_handshake_duration_seconds_bucket{outcome="refused",le="0.025"} 0',
    'netra_handshake_duration_seconds_bucket{outcome="refused",le="0.05"} 1',
    'netra_incidents_open{root_cause="auth_down"} 2',
    'netra_refusals_explained_total{root_cause="token_stale_client"} 1',
  ])
    expect(text.split('\n')).toContain(line);
});

test('a sum that is asked for twice is told once', async () => {
  const { metrics, handshakes } = scripted();
  handshakes.record('accepted', []);
  await metrics.text();
  expect(await metrics.text()).toContain('netra_handshakes_total{code="accepted"} 1\n');
});

test('minutes are kept apart, with the newest last', () => {
  let nowMs = 59_000;
  const stats = createHandshakeStats({ now: () => nowMs });
  stats.record('accepted', []);
  nowMs = 61_000;
  stats.record('rate_limited', []);
  stats.record('rate_limited', []);
  expect(stats.minutes().map(({ atMs, counts }) => [atMs, ...counts])).toEqual([
    [0, ['accepted', 1]],
    [60_000, ['rate_limited', 2]],
  ]);
});
