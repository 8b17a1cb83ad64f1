import type { ThreadEvent } from '@netra/protocol';
import { type CircuitBreakerState, createMetricsRegistry } from '@netra/service';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { HandshakeOutcome, HandshakeStats } from '../attempts/handshake-stats.ts';
import { DURATION_BOUNDS_MS, DurationHistogram } from './duration-histogram.ts';
import { createTraffic, type Traffic } from './traffic.ts';

/** `fresh`: nothing was to be resumed. `recovered`: every event since the number that was given. `snapshot`: the log could not vouch for it. */
type SubscribeOutcome = 'fresh' | 'recovered' | 'snapshot';

/** What connections tell. */
export interface ConnectionMetrics {
  /** To add to, without a call. */
  readonly traffic: Traffic;
  /** `code` is the reason of the close, `client` where the client or the network ended it, or `finished` where a stream told all. Nothing that a client chose. */
  connectionClosed(code: string): void;
}

/** What the log of events tells. */
export interface FeedMetrics {
  /** Events that this process stored; a run's last one among them ends it. */
  stored(events: readonly ThreadEvent[]): void;
  subscribed(outcome: SubscribeOutcome): void;
}

/** What is only looked at when somebody asks. */
interface Watched {
  handshakes: HandshakeStats;
  openConnections: () => number;
  queuedBytes: () => number;
  authCircuit: () => CircuitBreakerState;
  /** Refused attempts that were counted and not stored. */
  unstoredAttempts: () => number;
  /** The root causes of incidents that are open, one entry for each incident. */
  openIncidents: () => readonly string[];
}

export interface Metrics extends ConnectionMetrics, FeedMetrics {
  /** From what a run said to the database having it. */
  readonly appends: DurationHistogram;
  /** A refusal was explained by this root cause, one of a closed list. */
  explained(rootCause: string): void;
  /** Once, when the rooms exist. */
  watch(watched: Watched): void;
  readonly contentType: string;
  /** The Prometheus text format. */
  text(): Promise<string>;
}

const CIRCUIT_STATES: readonly CircuitBreakerState[] = ['closed', 'half_open', 'open'];

/** Labels are codes and names of steps only: nothing that a client chooses becomes a series. */
export function createMetrics({ registry = createMetricsRegistry() } = {}): Metrics {
  const registers = [registry];
  const traffic = createTraffic();
  const appends = new DurationHistogram();
  watchTraffic(registers, traffic);
  const closed = new Counter({
    name: 'netra_connections_closed_total',
    help: 'WebSockets and event streams that ended, by reason.',
    labelNames: ['code'] as const,
    registers,
  });
  const subscriptions = new Counter({
    name: 'netra_subscriptions_total',
    help: 'Subscriptions to a thread: fresh ones, resumed ones that were recovered, and those that got a snapshot instead.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const runs = new Counter({
    name: 'netra_runs_ended_total',
    help: 'Runs that ended, by status and, where they failed, by code.',
    labelNames: ['status', 'code'] as const,
    registers,
  });
  const explained = new Counter({
    name: 'netra_refusals_explained_total',
    help: 'Refusals that were explained, by root cause. At most two in a second are looked at.',
    labelNames: ['root_cause'] as const,
    registers,
  });
  histogram(registry, {
    name: 'netra_append_duration_seconds',
    help: 'From a batch of events of a run to the database having it.',
    series: () => [{ labels: {}, durations: appends }],
  });
  return {
    traffic,
    appends,
    explained: (rootCause) => explained.inc({ root_cause: rootCause }),
    connectionClosed: (code) => closed.inc({ code }),
    subscribed: (outcome) => subscriptions.inc({ outcome }),
    stored(events) {
      traffic.eventsStored += events.length;
      for (const event of events) {
        if (event.type === 'agent_completed') runs.inc({ status: 'completed', code: '' });
        else if (event.type === 'agent_cancelled') runs.inc({ status: 'cancelled', code: '' });
        else if (event.type === 'agent_failed') runs.inc({ status: 'failed', code: event.data.code });
      }
    },
    watch(watched) {
      watchHandshakes(registry, watched.handshakes);
      watchState(registers, watched);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function watchTraffic(registers: Registry[], traffic: Traffic): void {
  const sums = [
    ['netra_frames_sent_total', 'Frames handed to sockets and streams.', () => traffic.framesSent],
    ['netra_sent_bytes_total', 'Bytes of these frames.', () => traffic.bytesSent],
    ['netra_frames_received_total', 'Frames that clients sent.', () => traffic.framesReceived],
    ['netra_received_bytes_total', 'Bytes of these frames.', () => traffic.bytesReceived],
    ['netra_events_stored_total', 'Events that were appended to the log.', () => traffic.eventsStored],
  ] as const;
  for (const [name, help, read] of sums) sum({ name, help, registers }, read);
}

function watchState(registers: Registry[], watched: Watched): void {
  const { openConnections, queuedBytes, authCircuit, unstoredAttempts, openIncidents } = watched;
  gauge('netra_connections_open', 'Open WebSockets and event streams.', openConnections);
  gauge('netra_queued_bytes', 'Bytes that wait for readers, over all connections.', queuedBytes);
  new Gauge({
    name: 'netra_auth_circuit_state',
    help: 'State of the circuit breaker to the auth service: 1 for the state that it is in.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const now = authCircuit();
      for (const state of CIRCUIT_STATES) this.set({ state }, state === now ? 1 : 0);
    },
  });
  new Gauge({
    name: 'netra_incidents_open',
    help: 'Incidents that are open, by root cause.',
    labelNames: ['root_cause'] as const,
    registers,
    collect() {
      this.reset();
      for (const root_cause of openIncidents()) this.inc({ root_cause });
    },
  });
  sum(
    {
      name: 'netra_attempts_unstored_total',
      help: 'Refused attempts that were counted and not stored.',
      registers,
    },
    unstoredAttempts,
  );

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}

/** A counter whose sum is kept elsewhere. */
function sum(options: { name: string; help: string; registers: Registry[] }, read: () => number): void {
  new Counter({
    ...options,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function watchHandshakes(registry: Registry, handshakes: HandshakeStats): void {
  const counted = [
    ['netra_handshakes_total', 'WebSocket handshakes', () => handshakes.totals()],
    [
      'netra_test_handshakes_total',
      'Those among them with X-Client-Type: test',
      () => handshakes.testTotals(),
    ],
  ] as const;
  for (const [name, what, read] of counted)
    new Counter({
      name,
      help: `${what}, by outcome: accepted, or the reason of the refusal.`,
      labelNames: ['code'] as const,
      registers: [registry],
      collect() {
        this.reset();
        const totals: ReadonlyMap<HandshakeOutcome, number> = read();
        for (const [code, count] of totals) this.inc({ code }, count);
      },
    });
  histogram(registry, {
    name: 'netra_handshake_duration_seconds',
    help: 'How long handshakes take, all their steps together.',
    series: () =>
      Object.entries(handshakes.durations()).map(([outcome, durations]) => ({
        labels: { outcome },
        durations,
      })),
  });
  histogram(registry, {
    name: 'netra_handshake_step_duration_seconds',
    help: 'How long the steps of handshakes take.',
    series: () =>
      [...handshakes.stepDurations()].map(([step, durations]) => ({ labels: { step }, durations })),
  });
}

interface HistogramOptions {
  name: string;
  help: string;
  series: () => readonly { labels: Record<string, string>; durations: DurationHistogram }[];
}

/** The library's histogram would be asked a dozen times for each handshake; this one is only read. */
function histogram(registry: Registry, { name, help, series }: HistogramOptions): void {
  const shape = { name, help, type: 'histogram', aggregator: 'sum' };
  const valuesOf = () => series().flatMap((each) => bucketsOf(name, each));
  registry.registerMetric({
    ...shape,
    reset: () => undefined,
    get: async () => ({ ...shape, values: valuesOf() }),
    // The interface of the registry is wider than what it calls.
  } as unknown as Parameters<Registry['registerMetric']>[0]);
}

function bucketsOf(
  name: string,
  { labels, durations }: { labels: Record<string, string>; durations: DurationHistogram },
) {
  return [
    ...durations.cumulative().map((value, index) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: (DURATION_BOUNDS_MS[index] ?? 0) / 1_000 },
      value,
    })),
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: durations.count },
    { metricName: `${name}_sum`, labels, value: durations.sumMs / 1_000 },
    { metricName: `${name}_count`, labels, value: durations.count },
  ];
}
