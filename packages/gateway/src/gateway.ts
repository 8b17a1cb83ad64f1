import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Agent } from '@netra/agent';
import type { ConfigFact } from '@netra/diagnosis';
import { type AgentInfo, LIMITS, newId } from '@netra/protocol';
import type { HealthCheck, HttpEnv, Logger, MetricsRegistry } from '@netra/service';
import type { ResolvedSecret, TrustedIssuer } from '@netra/token';
import type { Pool } from 'pg';
import { type Admitted, createAdmission } from './admission/admission.ts';
import { createPlaces } from './admission/places.ts';
import { createApp } from './app.ts';
import type { AuthClientOptions } from './auth-client/auth-client.ts';
import { type ConnectionRooms, openConnection } from './connections/connection.ts';
import { createFrameHandlers, type FrameHandlerOptions } from './connections/frame-handlers.ts';
import type { LiveSet } from './connections/live-set.ts';
import { createUserContext } from './connections/user-context.ts';
import { createWebSocketUpgrader } from './connections/websocket-server.ts';
import { createEdge } from './edge.ts';
import { closedFacts } from './explain/closed-facts.ts';
import { createExplanations, type Explanations } from './explain/explanations.ts';
import type { SecretCandidate } from './explain/signature-matches.ts';
import { createGuideProbes, type GatewayProbes } from './guide-probes.ts';
import { createHealthChecks } from './health-checks.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { gatewayMigrations } from './migrations.ts';
import { createOpsConnections } from './ops/ops-connections.ts';
import {
  type Conversations,
  type ConversationsOptions,
  createConversations,
} from './threads/conversations.ts';
import type { Tickets } from './tickets/tickets.ts';

const TICKET_SWEEP_MS = 10 * 60_000;

export interface GatewayOptions {
  /** A pool whose search_path is the gateway's schema (`netra`), already migrated with `gatewayMigrations()`. */
  pool: Pool;
  /** How to reach the auth service. In `netra up`, `fetch` is the auth service's own handler, called in process. */
  auth: { fetch: (request: Request) => Promise<Response>; baseUrl: string; issuer: string };
  serviceId: string;
  serviceSecret: string;
  /** Where the installation signs with HS256: the secret of `resolveSecret`. Default: the public keys of the auth service. */
  sharedSecret?: ResolvedSecret;
  /** Issuers that are trusted besides the auth service: a product's own sign-in, or an OpenID Connect provider. */
  issuers?: readonly TrustedIssuer[];
  /** Of the circuit breaker to the auth service, where its defaults do not fit. */
  authBreaker?: NonNullable<AuthClientOptions['breaker']>;
  publicUrl: string;
  environment: 'development' | 'staging' | 'production';
  /** Exact origins of browsers; that of `publicUrl` is always one. */
  allowedOrigins: readonly string[];
  /** Called once, with probes that look at this gateway. */
  agents: (probes: GatewayProbes) => Agent[];
  defaultAgent: string;
  /** Folder of the built web app; without it the gateway serves no pages but `/reasons`. */
  webRoot?: string;
  /** Secrets that are set on this service, whether or not it checks tokens with them: evidence for explanations. */
  secretCandidates?: readonly SecretCandidate[];
  /** What `netra config check` says of this service: evidence for explanations. */
  configFacts?: readonly ConfigFact[];
  /** Told when an incident opens or closes. Default: only the log is. */
  incidentWebhookUrl?: string;
  /** Shown by `service_status`. */
  version?: string;
  log: Logger;
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
  /** From 0 to below 1, for what is spread over time. Default `Math.random`. */
  random?: () => number;
  /** Period of the ping and of `heartbeat`, below the idle time-out of every proxy in front. Default 25 s. */
  heartbeatMs?: number;
  /** Where figures are registered. Default: a registry of its own. */
  metricsRegistry?: MetricsRegistry;
  /** How long events are kept to resume from. Default 30 days. */
  eventRetentionMs?: number;
  /** Addresses and CIDR ranges of proxies whose `X-Forwarded-For` counts. Default: none. */
  trustedProxies?: readonly string[];
  /** Handshakes, and tickets, per IPv4 address or IPv6 /64; as many may come at once. 0: no limit. Default 12,000. */
  handshakesPerMinute?: number;
  /** Age at which a connection is asked to come back, give or take a tenth. Default 50 min. */
  maxConnectionAgeMs?: number;
  /** Sockets and streams that a user may have open. Default 20. */
  maxConnectionsPerUser?: number;
  /** For the whole handshake. Default 3 s. */
  handshakeDeadlineMs?: number;
  /** Leases and the longest run, where the defaults do not fit. */
  runTimings?: NonNullable<ConversationsOptions['timings']>;
}

export interface Gateway {
  fetch(request: Request, env?: Partial<HttpEnv>): Promise<Response>;
  /** Answers every `upgrade` event of the HTTP server, also those that are not for `/ws`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** What `/health/ready` reports, for a composition that serves several services on one port. */
  checks(): Promise<HealthCheck[]>;
  guideProbes: GatewayProbes;
  /** All figures in the Prometheus text format. */
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
  /** Refuses newcomers with `draining`, closes sockets 1012, hands runs over; resolves within about `graceMs`. */
  stop(options: { reason: string; graceMs: number }): Promise<void>;
}

/** The composition root of the gateway: builds every room and connects them; listens on nothing itself. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { pool, publicUrl, log, defaultAgent, now = Date.now, random = Math.random } = options;
  const startedAtMs = now();
  let isDraining = false;
  const metrics = createMetrics({ ...(options.metricsRegistry && { registry: options.metricsRegistry }) });
  const edge = createEdge(options, now);
  const { tickets, liveSet, revocationFeed } = edge;
  const checks = createHealthChecks({
    ...edge,
    pool,
    migrations: await gatewayMigrations(),
    isDraining: () => isDraining,
  });
  const { environment, version, incidentWebhookUrl, configFacts = [] } = options;
  const explanations = createExplanations({
    ...edge,
    pool,
    auth: options.auth,
    configFacts,
    isDraining: () => isDraining,
    environment,
    version,
    incidentWebhookUrl,
    publicUrl,
    onExplained: (rootCause) => metrics.explained(rootCause),
    now,
    log,
  });
  const { attempts } = explanations;
  const guideProbes = createGuideProbes({
    ...edge,
    // Agents are made before the runs that they will be in.
    runs: () => conversations.runs,
    checks,
    explain: explanations.explain,
    version,
    startedAtMs,
    now,
  });
  const agents = options.agents(guideProbes);
  const conversations = openConversations(options, { agents, metrics, liveSet, now });

  const { heartbeatMs = LIMITS.heartbeatMs } = options;
  const { maxConnectionAgeMs, version: release } = options;
  const place = { publicUrl, heartbeatMs, maxConnectionAgeMs, release, isDraining: () => isDraining };
  const stopping = new AbortController();
  const { signal } = stopping;
  const limit = options.maxConnectionsPerUser ?? LIMITS.maxConnectionsPerUser;
  const places = createPlaces({ limit, liveSet, bus: conversations.bus, now, signal });
  const rooms = { ...edge, ...conversations, attempts, onClosed: explanations.onClosed };
  const shared = { ...rooms, ...place, places, metrics, now, random, log };
  watch(metrics, edge, explanations);
  const admission = createAdmission({
    ...shared,
    accept: createAccept(shared),
    ...(options.handshakeDeadlineMs === undefined ? {} : { deadlineMs: options.handshakeDeadlineMs }),
  });
  const agentInfos = agents.map((agent) => agentInfo(agent, defaultAgent));
  const app = await createApp({
    ...shared,
    agents: agentInfos,
    checks,
    opsConnections: createOpsConnections({ liveSet, bus: conversations.bus, log }),
    keys: edge,
    circuit: () => edge.authClient.circuit(),
    environment,
    startedAtMs,
    webApp: webAppOf(options),
    explanations: explanations.parts,
  });
  // The first proof and the first page are fetched side by side; an auth service that is down keeps nobody from starting.
  await Promise.all([
    conversations.start(),
    revocationFeed.start(),
    edge.keyProof.check(),
    explanations.start(),
  ]);
  const stopSweeping = sweepTickets(tickets, log);

  return {
    fetch: async (request, env = {}) => app.fetch(request, env),
    handleUpgrade: (request, socket, head) => admission.handleUpgrade(request, socket, head),
    checks,
    guideProbes,
    metrics,
    async stop({ reason, graceMs }) {
      log.info({ reason, connections: liveSet.count() }, 'gateway stops');
      isDraining = true;
      stopping.abort();
      stopSweeping();
      // Each connection that ends frees a place of its user, which the other nodes are to know.
      await conversations.stop({ graceMs, lastWords: liveSet.stop({ graceMs }) });
      await Promise.all([attempts.stop(), revocationFeed.stop(), explanations.stop()]);
    },
  };
}

function openConversations(
  { pool, defaultAgent, publicUrl, runTimings, eventRetentionMs, log }: GatewayOptions,
  parts: { agents: Agent[]; metrics: Metrics; liveSet: LiveSet; now: () => number },
): Conversations {
  return createConversations({
    ...parts,
    pool,
    defaultAgent,
    publicUrl,
    log,
    // They come back, and get a snapshot with the new epoch.
    onLogRenewed: () => parts.liveSet.drainAll(),
    ...(runTimings && { timings: runTimings }),
    ...(eventRetentionMs !== undefined && { retention: { maxAgeMs: eventRetentionMs } }),
  });
}

/** What turns an admitted upgrade into a connection, within one tick. */
function createAccept(
  options: FrameHandlerOptions & Omit<ConnectionRooms, 'handlers'>,
): (admitted: Admitted) => void {
  const rooms = { ...options, handlers: createFrameHandlers(options) };
  const upgrader = createWebSocketUpgrader(options.metrics);
  return ({ principal, attemptId, request, socket, head }) => {
    const connectionId = newId('con');
    const context = createUserContext({ ...principal, traceId: connectionId });
    upgrader.upgrade(request, socket, head, (webSocket, line) => {
      openConnection(rooms, {
        webSocket,
        line,
        context,
        connectionId,
        attemptId,
        facts: closedFacts(request),
      });
    });
  };
}

function watch(
  metrics: Metrics,
  { attempts, liveSet, authClient }: ReturnType<typeof createEdge>,
  { openCauses }: Pick<Explanations, 'openCauses'>,
): void {
  metrics.watch({
    handshakes: attempts.handshakes,
    openConnections: () => liveSet.count(),
    queuedBytes: () => liveSet.queuedBytes(),
    authCircuit: () => authClient.circuit(),
    unstoredAttempts: () => attempts.unstored(),
    openIncidents: openCauses,
  });
}

function sweepTickets(tickets: Tickets, log: Logger): () => void {
  const timer = setInterval(() => {
    tickets.sweep().catch((cause: unknown) => log.warn({ err: cause }, 'could not sweep tickets'));
  }, TICKET_SWEEP_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function agentInfo({ name, description, modelName }: Agent, defaultAgent: string): AgentInfo {
  return { name, description, model: modelName, is_default: name === defaultAgent };
}

function webAppOf({ webRoot, auth, allowedOrigins, publicUrl, environment }: GatewayOptions) {
  if (webRoot === undefined) return undefined;
  const own = new URL(publicUrl).origin;
  // In development the page may be opened as localhost or as 127.0.0.1, while URLs are built on one of them.
  const candidates = [auth.issuer, ...(environment === 'development' ? [publicUrl, ...allowedOrigins] : [])];
  const connectOrigins = [...new Set(candidates.map((url) => new URL(url).origin))];
  return { webRoot, connectOrigins: connectOrigins.filter((origin) => origin !== own) };
}
