import type { CircuitBreakerState } from '@netra/service';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { HandshakeOutcome, HandshakeStats } from '../attempts/handshake-stats.ts';
import { DURATION_BOUNDS_MS } from './duration-histogram.ts';
import { createTraffic, type Traffic } from './traffic.ts';

/** `live`: from now on. `recovered`: every event since the number that was given. `snapshot`: the log could not vouch for it. */
export type ResumeOutcome = 'live' | 'recovered' | 'snapshot';

/** What is only looked at when somebody asks. */
export interface Watched {
  handshakes: HandshakeStats;
  openConnections: () => number;
  queuedBytes: () => number;
  authCircuit: () => CircuitBreakerState;
  /** Refused attempts that were counted and not stored. */
  unstoredAttempts: () => number;
}

export interface Metrics {
  readonly traffic: Traffic;
  /** `code` is the reason of the close, or `client` where the client or the network ended it. */
  connectionClosed(code: string): void;
  resumed(outcome: ResumeOutcome): void;
  /** `code` is that of a failed run. */
  runEnded(status: string, code: string | undefined): void;
  /** Once, when the rooms exist. */
  watch(watched: Watched): void;
  readonly contentType: string;
  /** The Prometheus text format. */
  text(): Promise<string>;
}

const CIRCUIT_STATES: readonly CircuitBreakerState[] = ['closed', 'half_open', 'open'];

/** Labels are codes and names of steps only: nothing that a client chooses becomes a series. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const traffic = createTraffic();
  watchTraffic(registers, traffic);
  const closed = new Counter({
    name: 'netra_connections_closed_total',
    help: 'Connections that ended, by reason.',
    labelNames: ['code'] as const,
    registers,
  });
  const resumes = new Counter({
    name: 'netra_resumes_total',
    help: 'Subscriptions to a thread, by what could be given: live, recovered, snapshot.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const runs = new Counter({
    name: 'netra_runs_ended_total',
    help: 'Runs that ended, by status and, where they failed, by code.',
    labelNames: ['status', 'code'] as const,
    registers,
  });
  return {
    traffic,
    connectionClosed: (code) => closed.inc({ code }),
    resumed: (outcome) => resumes.inc({ outcome }),
    runEnded: (status, code) => runs.inc({ status, code: code ?? '' }),
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
  ] as const;
  for (const [name, help, read] of sums) sum({ name, help, registers }, read);
}

function watchState(registers: Registry[], watched: Watched): void {
  const { openConnections, queuedBytes, authCircuit, unstoredAttempts } = watched;
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
  sum(
    {
      name: 'netra_attempts_unstored_total',
      help: 'Refused attempts beyond what is stored in a second.',
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
  new Counter({
    name: 'netra_handshakes_total',
    help: 'WebSocket handshakes, by outcome: accepted, or the reason of the refusal.',
    labelNames: ['code'] as const,
    registers: [registry],
    collect() {
      this.reset();
      const totals: ReadonlyMap<HandshakeOutcome, number> = handshakes.totals();
      for (const [code, count] of totals) this.inc({ code }, count);
    },
  });
  const name = 'netra_handshake_step_duration_seconds';
  // The library's histogram would be asked a dozen times for each handshake; this one is only read.
  registry.registerMetric({
    name,
    help: 'How long the steps of handshakes take.',
    type: 'histogram',
    aggregator: 'sum',
    reset: () => undefined,
    get: async () => ({
      name,
      help: 'How long the steps of handshakes take.',
      type: 'histogram',
      aggregator: 'sum',
      values: stepSeries(name, handshakes),
    }),
    // The interface of the registry is wider than what it calls.
  } as unknown as Parameters<Registry['registerMetric']>[0]);
}

function stepSeries(name: string, handshakes: HandshakeStats) {
  return [...handshakes.stepDurations()].flatMap(([step, durations]) => [
    ...durations.cumulative().map((value, index) => ({
      metricName: `${name}_bucket`,
      labels: { step, le: (DURATION_BOUNDS_MS[index] ?? 0) / 1_000 },
      value,
    })),
    { metricName: `${name}_bucket`, labels: { step, le: '+Inf' }, value: durations.count },
    { metricName: `${name}_sum`, labels: { step }, value: durations.sumMs / 1_000 },
    { metricName: `${name}_count`, labels: { step }, value: durations.count },
  ]);
}
