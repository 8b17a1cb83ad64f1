import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Agent } from '@netra/agent';
import { type AgentInfo, newId } from '@netra/protocol';
import type { HealthCheck, HttpEnv, Logger } from '@netra/service';
import { createVerifier } from '@netra/token';
import type { Pool } from 'pg';
import { type Admitted, createAdmission } from './admission/admission.ts';
import { createAuthenticate } from './admission/authenticate.ts';
import { createOrigins } from './admission/origins.ts';
import { createApp } from './app.ts';
import { createAttempts } from './attempts/attempts.ts';
import { type AuthClient, createAuthClient } from './auth-client/auth-client.ts';
import { openConnection } from './connections/connection.ts';
import { createFrameHandlers } from './connections/frame-handlers.ts';
import { createLiveSet } from './connections/live-set.ts';
import { createUserContext } from './connections/user-context.ts';
import { createWebSocketUpgrader } from './connections/websocket-server.ts';
import { createGuideProbes, type GatewayProbes } from './guide-probes.ts';
import { type Conversations, createConversations } from './threads/conversations.ts';
import { createTickets } from './tickets/tickets.ts';

const AUDIENCE = 'netra';
const TICKET_SWEEP_MS = 10 * 60_000;

export interface GatewayOptions {
  /** A pool whose search_path is the gateway's schema (`netra`), already migrated with `gatewayMigrations()`. */
  pool: Pool;
  /** How to reach the auth service. In `netra up`, `fetch` is the auth service's own handler, called in process. */
  auth: { fetch: (request: Request) => Promise<Response>; baseUrl: string; issuer: string };
  serviceId: string;
  serviceSecret: string;
  publicUrl: string;
  environment: 'development' | 'staging' | 'production';
  /** Exact origins of browsers; that of `publicUrl` is always one. */
  allowedOrigins: readonly string[];
  /** Called once, with probes that look at this gateway. */
  agents: (probes: GatewayProbes) => Agent[];
  defaultAgent: string;
  /** Folder of the built web app; without it the gateway serves no pages but `/reasons`. */
  webRoot?: string;
  /** Shown by `service_status`. */
  version?: string;
  log: Logger;
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
  /** From 0 to below 1, for what is spread over time. Default `Math.random`. */
  random?: () => number;
  /** For the whole handshake. Default 3 s. */
  handshakeDeadlineMs?: number;
}

export interface Gateway {
  fetch(request: Request, env?: Partial<HttpEnv>): Promise<Response>;
  /** Answers every `upgrade` event of the HTTP server, also those that are not for `/ws`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** What `/health/ready` reports, for a composition that serves several services on one port. */
  checks(): Promise<HealthCheck[]>;
  guideProbes: GatewayProbes;
  /** Refuses newcomers with `draining`, closes sockets 1012, hands runs over; resolves within about `graceMs`. */
  stop(options: { reason: string; graceMs: number }): Promise<void>;
}

/** The composition root of the gateway: builds every room and connects them; listens on nothing itself. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { pool, auth, publicUrl, environment, log, now = Date.now, random = Math.random } = options;
  const startedAtMs = now();
  let isDraining = false;

  const authClient = createAuthClient({ ...options, ...auth, now });
  const verifier = createVerifier({
    keys: authClient.keys,
    issuer: auth.issuer,
    audience: AUDIENCE,
    environment,
    now,
  });
  const authenticate = createAuthenticate({ verifier, directory: authClient.directory });
  const origins = createOrigins(options.allowedOrigins, publicUrl);
  const attempts = createAttempts({ pool, now, log });
  const tickets = createTickets({ pool, environment, now, log });
  const liveSet = createLiveSet({ now });
  const checks = () => runChecks({ pool, authClient, isDraining });

  const guideProbes = createGuideProbes({
    attempts,
    liveSet,
    // Agents are made before the runs that they will be in.
    runs: () => conversations.runs,
    checks,
    environment,
    version: options.version,
    startedAtMs,
    now,
  });
  const agents = options.agents(guideProbes);
  const { defaultAgent } = options;
  const conversations: Conversations = createConversations({ pool, agents, defaultAgent, log, now });
  const { threads, runs, feed } = conversations;

  const handlers = createFrameHandlers({ threads, runs, feed, authenticate, attempts, now });
  const upgrader = createWebSocketUpgrader();
  const shared = {
    attempts,
    tickets,
    origins,
    authenticate,
    publicUrl,
    isDraining: () => isDraining,
    now,
    log,
  };

  function accept({ principal, attemptId, request, socket, head }: Admitted): void {
    const connectionId = newId('con');
    const context = createUserContext({ ...principal, traceId: connectionId });
    upgrader.upgrade(request, socket, head, (webSocket) => {
      openConnection({
        webSocket,
        context,
        connectionId,
        attemptId,
        handlers,
        feed,
        liveSet,
        now,
        random,
        log,
      });
    });
  }

  const admission = createAdmission({
    ...shared,
    connectionsOf: liveSet.countOf,
    accept,
    ...(options.handshakeDeadlineMs === undefined ? {} : { deadlineMs: options.handshakeDeadlineMs }),
  });
  const app = await createApp({
    ...shared,
    threads,
    runs,
    feed,
    liveSet,
    random,
    agents: agents.map((agent) => agentInfo(agent, defaultAgent)),
    checks,
    webApp: webAppOf(options),
  });
  await conversations.start();
  const sweeping = setInterval(() => {
    tickets.sweep().catch((cause: unknown) => log.warn({ err: cause }, 'could not sweep tickets'));
  }, TICKET_SWEEP_MS);
  sweeping.unref();

  return {
    fetch: async (request, env = {}) => app.fetch(request, env),
    handleUpgrade: admission.handleUpgrade,
    checks,
    guideProbes,
    async stop({ reason, graceMs }) {
      log.info({ reason, connections: liveSet.count() }, 'gateway stops');
      isDraining = true;
      clearInterval(sweeping);
      await Promise.all([liveSet.stop({ graceMs }), conversations.stop({ graceMs })]);
      await attempts.stop();
    },
  };
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

async function runChecks({
  pool,
  authClient,
  isDraining,
}: {
  pool: Pool;
  authClient: AuthClient;
  isDraining: boolean;
}): Promise<HealthCheck[]> {
  return Promise.all([
    timed('database', () => pool.query('SELECT 1')),
    timed('auth', () => authClient.ping()),
    { name: 'accepting', ok: !isDraining, ...(isDraining ? { detail: 'draining' } : {}) },
  ]);
}

async function timed(name: string, probe: () => Promise<unknown>): Promise<HealthCheck> {
  const startedAtMs = performance.now();
  const durationMs = () => Math.round((performance.now() - startedAtMs) * 10) / 10;
  try {
    await probe();
    return { name, ok: true, durationMs: durationMs() };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.name : 'failed';
    return { name, ok: false, detail, durationMs: durationMs() };
  }
}
