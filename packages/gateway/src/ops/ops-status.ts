import type { OpsStatus } from '@netra/protocol';
import type { CircuitBreakerState, HealthCheck } from '@netra/service';
import type { HandshakeMinute, HandshakeOutcome, HandshakeStats } from '../attempts/handshake-stats.ts';
import type { LiveSet } from '../connections/live-set.ts';
import type { Runs } from '../runs/runs.ts';

const HOUR_MS = 60 * 60_000;

export interface StatusOptions {
  checks: () => Promise<HealthCheck[]>;
  handshakes: HandshakeStats;
  liveSet: LiveSet;
  runs: Runs;
  circuit: () => CircuitBreakerState;
  environment: string;
  release?: string | undefined;
  startedAtMs: number;
  now: () => number;
}

/** This node, as it sees itself and what it rests on. A database that is away costs a line of it, not the answer. */
export async function readStatus(options: StatusOptions): Promise<OpsStatus> {
  const { checks, handshakes, liveSet, runs, circuit, environment, release, startedAtMs, now } = options;
  const [found, counts] = await Promise.all([checks(), runs.counts().catch(() => undefined)]);
  return {
    status: found.every(({ ok }) => ok) ? 'ok' : 'unavailable',
    checks: found.map(({ name, ok, code, detail, durationMs }) => ({
      name,
      ok,
      ...(code === undefined ? {} : { code }),
      ...(detail === undefined ? {} : { detail }),
      ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
    })),
    environment,
    ...(release === undefined ? {} : { release }),
    started_at: new Date(startedAtMs).toISOString(),
    open_connections: liveSet.count(),
    ...(counts === undefined ? {} : { runs: counts }),
    auth_circuit: circuit(),
    handshakes: lastHour(handshakes, now()),
    steps: stepsOf(handshakes),
  };
}

function lastHour(handshakes: HandshakeStats, nowMs: number): OpsStatus['handshakes'] {
  const counts = new Map<HandshakeOutcome, number>();
  const minutes = handshakes.minutes().filter(({ atMs }) => atMs >= nowMs - HOUR_MS);
  for (const minute of minutes)
    for (const [outcome, count] of minute.counts) counts.set(outcome, (counts.get(outcome) ?? 0) + count);
  const accepted = counts.get('accepted') ?? 0;
  const refused = [...counts].flatMap(([code, count]) => (code === 'accepted' ? [] : [{ code, count }]));
  refused.sort((a, b) => b.count - a.count);
  const ended = refused.reduce(
    (sum, { code, count }) => (code === 'client_gone' ? sum : sum + count),
    accepted,
  );
  const acceptedMs = minutes.reduce((sum, minute) => sum + minute.acceptedMs, 0);
  return {
    accepted,
    refused,
    ...(ended === 0 ? {} : { accepted_share: accepted / ended }),
    ...(accepted === 0
      ? {}
      : {
          average_ms: acceptedMs / accepted,
          slowest_ms: Math.max(...minutes.map(({ slowestMs }) => slowestMs)),
        }),
    minutes: minutes.map(asNumbers),
  };
}

function asNumbers({ atMs, counts }: HandshakeMinute): OpsStatus['handshakes']['minutes'][number] {
  const [accepted, left] = [counts.get('accepted') ?? 0, counts.get('client_gone') ?? 0];
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { at: new Date(atMs).toISOString(), accepted, refused: all - accepted - left, left };
}

function stepsOf(handshakes: HandshakeStats): OpsStatus['steps'] {
  return [...handshakes.stepDurations()].map(([step, durations]) => {
    const [p50, p99] = [durations.quantileMs(0.5), durations.quantileMs(0.99)];
    return {
      step,
      count: durations.count,
      ...(p50 === undefined ? {} : { p50_ms: p50 }),
      ...(p99 === undefined ? {} : { p99_ms: p99 }),
    };
  });
}
