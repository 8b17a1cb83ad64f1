import type { AgentInfo } from '@netra/protocol';
import type { HttpEnv, Logger } from '@netra/service';
import type { RevocationView } from '@netra/token';
import type { AddressGate } from '../admission/address-gate.ts';
import type { Authenticate } from '../admission/authenticate.ts';
import type { Places } from '../admission/connection-limit.ts';
import type { Origins } from '../admission/origins.ts';
import type { Attempts } from '../attempts/attempts.ts';
import type { UserBudgets } from '../connections/frame-budget.ts';
import type { LiveSet } from '../connections/live-set.ts';
import type { UserContext } from '../connections/user-context.ts';
import type { Feed } from '../event-log/feed.ts';
import type { ConnectionMetrics } from '../metrics/metrics.ts';
import type { Runs } from '../runs/runs.ts';
import type { Threads } from '../threads/threads.ts';
import type { Tickets } from '../tickets/tickets.ts';

/** What the routes are made of. Each group of routes takes the part it uses. */
export interface RestOptions {
  threads: Threads;
  runs: Runs;
  feed: Feed;
  liveSet: LiveSet;
  metrics: ConnectionMetrics;
  places: Places;
  userBudgets: UserBudgets;
  addressGate: AddressGate;
  revocations: RevocationView;
  authenticate: Authenticate;
  attempts: Attempts;
  tickets: Tickets;
  origins: Origins;
  agents: readonly AgentInfo[];
  publicUrl: string;
  /** Named where something threw. */
  release?: string | undefined;
  /** Period of the heartbeat of streams. */
  heartbeatMs: number;
  maxConnectionAgeMs?: number | undefined;
  isDraining: () => boolean;
  now: () => number;
  random: () => number;
  log: Logger;
}

/** What a route needs to answer with a stream: the thread, a place for the stream, and what may end it. */
export type StreamRouteOptions = Pick<
  RestOptions,
  | 'threads'
  | 'liveSet'
  | 'metrics'
  | 'places'
  | 'attempts'
  | 'addressGate'
  | 'revocations'
  | 'publicUrl'
  | 'heartbeatMs'
  | 'maxConnectionAgeMs'
  | 'now'
  | 'random'
>;

/** Hono's environment: bindings come from the HTTP server and are empty in process, variables from `requireUser`. */
export interface RestEnv {
  Bindings: Partial<HttpEnv>;
  Variables: { context: UserContext; token: string };
}
