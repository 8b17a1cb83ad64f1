import type { Agent } from '@netra/agent';
import { type AgentInfo, LIMITS, newId } from '@netra/protocol';
import type { Logger } from '@netra/service';
import { type Admitted, createAdmission } from './admission/admission.ts';
import { createPlaces } from './admission/places.ts';
import { createApp } from './app.ts';
import { openConnection } from './connections/connection.ts';
import type { ConnectionRooms } from './connections/connection-rooms.ts';
import { createFrameHandlers, type FrameHandlerOptions } from './connections/frame-handlers.ts';
import { createUserContext } from './connections/user-context.ts';
import { createWebSocketUpgrader } from './connections/websocket-server.ts';
import { createEdge } from './edge.ts';
import { closedFacts } from './explain/closed-facts.ts';
import { createExplanations, type Explanations } from './explain/explanations.ts';
import type { Gateway, GatewayOptions } from './gateway-options.ts';
import { createGuideProbes } from './guide-probes.ts';
import { createHealthChecks } from './health-checks.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { gatewayMigrations } from './migrations.ts';
import { createOpsConnections } from './ops/ops-connections.ts';
import { type Conversations, createConversations } from './threads/conversations.ts';
import type { Tickets } from './tickets/tickets.ts';

const TICKET_SWEEP_MS = 10 * 60_000;

/** What every room may need from the start. */
interface Ground {
  nodeId: string;
  startedAtMs: number;
  /** Aborted when the gateway drains. */
  stopping: AbortController;
  isDraining: () => boolean;
  metrics: Metrics;
  edge: ReturnType<typeof createEdge>;
  now: () => number;
  random: () => number;
}

/** The composition root of the gateway: builds every room and connects them; listens on nothing itself. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, version } = options;
  const ground = layGround(options);
  const { edge, metrics, startedAtMs, now } = ground;
  const { tickets, liveSet, revocationFeed } = edge;
  const checks = await createChecks(options, ground);
  const explanations = openExplanations(options, ground);
  const guideProbes = createGuideProbes({
    ...edge,
    // Agents are made before the runs that they will be in.
    runs: () => conversations.runs,
    checks,
    explain: explanations.explain,
    findSubject: explanations.parts.findSubject,
    version,
    startedAtMs,
    now,
  });
  const agents = options.agents(guideProbes);
  const conversations = openConversations(options, ground, { agents, explanations });
  const shared = shareRooms(options, ground, { conversations, explanations });
  watch(metrics, edge, explanations);
  const admission = createAdmission({
    ...shared,
    accept: createAccept(shared),
    ...(options.handshakeDeadlineMs === undefined ? {} : { deadlineMs: options.handshakeDeadlineMs }),
  });
  const app = await createApp({
    ...shared,
    agents: agents.map((agent) => agentInfo(agent, options.defaultAgent)),
    checks,
    opsConnections: createOpsConnections({ ...ground, liveSet, bus: conversations.bus, log }),
    keys: edge,
    circuit: () => edge.authClient.circuit(),
    environment: options.environment,
    startedAtMs,
    webApp: webAppOf(options),
    explanations: explanations.parts,
  });
  // The first proof and the first page are fetched side by side; an auth service that is down keeps nobody from starting.
  const rooms = [conversations, revocationFeed, explanations];
  await Promise.all([...rooms.map((room) => room.start()), edge.keyProof.check()]);
  const stopSweeping = sweepTickets(tickets, log);

  return {
    fetch: async (request, env = {}) => app.fetch(request, env),
    handleUpgrade: (request, socket, head) => admission.handleUpgrade(request, socket, head),
    checks,
    guideProbes,
    metrics,
    async stop({ reason, graceMs }) {
      log.info({ reason, connections: liveSet.count() }, 'gateway stops');
      ground.stopping.abort();
      stopSweeping();
      // Each connection that ends frees a place of its user, which the other nodes are to know.
      await conversations.stop({ graceMs, lastWords: liveSet.stop({ graceMs }) });
      await Promise.all([explanations.attempts.stop(), revocationFeed.stop(), explanations.stop()]);
    },
  };
}

function layGround(options: GatewayOptions): Ground {
  const { metricsRegistry, now = Date.now, random = Math.random } = options;
  const stopping = new AbortController();
  return {
    nodeId: newId('nod'),
    startedAtMs: now(),
    stopping,
    isDraining: () => stopping.signal.aborted,
    metrics: createMetrics({ ...(metricsRegistry && { registry: metricsRegistry }) }),
    edge: createEdge(options, now),
    now,
    random,
  };
}

async function createChecks(
  { pool }: GatewayOptions,
  { edge, isDraining }: Ground,
): Promise<Gateway['checks']> {
  return createHealthChecks({ ...edge, pool, migrations: await gatewayMigrations(), isDraining });
}

function openExplanations(options: GatewayOptions, { edge, metrics, isDraining, now }: Ground) {
  const { pool, auth, environment, version, incidentWebhookUrl, publicUrl, configFacts = [], log } = options;
  return createExplanations({
    ...edge,
    pool,
    auth,
    configFacts,
    isDraining,
    environment,
    version,
    incidentWebhookUrl,
    publicUrl,
    onExplained: (rootCause) => metrics.explained(rootCause),
    now,
    log,
  });
}

function openConversations(
  { pool, defaultAgent, publicUrl, runTimings, eventRetentionMs, log }: GatewayOptions,
  { edge, metrics, nodeId, now }: Ground,
  { agents, explanations }: { agents: Agent[]; explanations: Pick<Explanations, 'onStored'> },
): Conversations {
  return createConversations({
    agents,
    metrics: {
      ...metrics,
      stored(events) {
        metrics.stored(events);
        explanations.onStored(events);
      },
    },
    nodeId,
    now,
    pool,
    defaultAgent,
    publicUrl,
    log,
    // They come back, and get a snapshot with the new epoch.
    onLogRenewed: () => edge.liveSet.drainAll(),
    ...(runTimings && { timings: runTimings }),
    ...(eventRetentionMs !== undefined && { retention: { maxAgeMs: eventRetentionMs } }),
  });
}

/** What connections and routes share. */
function shareRooms(
  options: GatewayOptions,
  { edge, metrics, stopping, isDraining, now, random }: Ground,
  {
    conversations,
    explanations,
  }: { conversations: Conversations; explanations: ReturnType<typeof openExplanations> },
) {
  const { publicUrl, heartbeatMs = LIMITS.heartbeatMs, maxConnectionAgeMs, version: release, log } = options;
  const { maxConnectionsPerUser: limit = LIMITS.maxConnectionsPerUser } = options;
  const { signal } = stopping;
  const places = createPlaces({ limit, liveSet: edge.liveSet, bus: conversations.bus, now, signal });
  const { attempts, onClosed } = explanations;
  const rooms = { ...edge, ...conversations, attempts, onClosed, places };
  const place = { publicUrl, heartbeatMs, maxConnectionAgeMs, release, isDraining };
  return { ...rooms, ...place, metrics, now, random, log };
}

/** What turns an admitted upgrade into a connection, within one tick. */
function createAccept(
  options: FrameHandlerOptions & Omit<ConnectionRooms, 'handlers'>,
): (admitted: Admitted) => void {
  const rooms = { ...options, handlers: createFrameHandlers(options) };
  const upgrader = createWebSocketUpgrader(options.metrics);
  return ({ principal, attemptId, request, socket, head }) => {
    const connectionId = newId('con');
    const { identity, status } = principal;
    const context = createUserContext({ identity, status, traceId: connectionId });
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
