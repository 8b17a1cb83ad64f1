import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Agent } from '@netra/agent';
import type { ConfigFact } from '@netra/diagnosis';
import { type AgentInfo, newId } from '@netra/protocol';
import type { HealthCheck, HttpEnv, Logger } from '@netra/service';
import {
  createVerifier,
  ownIssuer,
  type ResolvedSecret,
  sharedSecretKeys,
  type TrustedIssuer,
} from '@netra/token';
import type { Pool } from 'pg';
import { type Admitted, createAdmission } from './admission/admission.ts';
import { createAuthenticate } from './admission/authenticate.ts';
import { createOrigins } from './admission/origins.ts';
import { createApp } from './app.ts';
import { createAttempts } from './attempts/attempts.ts';
import { type AuthClientOptions, createAuthClient } from './auth-client/auth-client.ts';
import { createKeyProof } from './auth-client/key-proof.ts';
import type { KeyMaterial } from './auth-client/service-proof.ts';
import { type ConnectionOptions, openConnection } from './connections/connection.ts';
import { createFrameHandlers, type FrameHandlerOptions } from './connections/frame-handlers.ts';
import { createLiveSet, type LiveSet } from './connections/live-set.ts';
import { createUserContext } from './connections/user-context.ts';
import { createWebSocketUpgrader } from './connections/websocket-server.ts';
import { closedFacts } from './explain/closed-facts.ts';
import { createExplanations } from './explain/explanations.ts';
import type { SecretCandidate } from './explain/signature-matches.ts';
import { createGuideProbes, type GatewayProbes, type GuideProbesOptions } from './guide-probes.ts';
import { runHealthChecks } from './health-checks.ts';
import { endRevoked } from './revocations/end-revoked.ts';
import { createRevocationFeed } from './revocations/revocation-feed.ts';
import { type Conversations, createConversations } from './threads/conversations.ts';
import { createTickets, type Tickets } from './tickets/tickets.ts';

const AUDIENCE = 'netra';
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
  const { pool, publicUrl, log, defaultAgent, now = Date.now, random = Math.random } = options;
  let isDraining = false;
  const edge = createEdge(options, now);
  const { tickets, liveSet, revocationFeed } = edge;
  const checks = () => runHealthChecks({ ...edge, pool, isDraining });
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
    startedAtMs: now(),
    now,
  });
  const agents = options.agents(guideProbes);
  const conversations: Conversations = createConversations({
    pool,
    agents,
    defaultAgent,
    publicUrl,
    log,
    now,
  });

  const rooms = { ...edge, ...conversations, attempts, onClosed: explanations.onClosed };
  const shared = { ...rooms, publicUrl, isDraining: () => isDraining, now, random, log };
  const admission = createAdmission({
    ...shared,
    connectionsOf: (userId) => liveSet.countOf(userId),
    accept: createAccept(shared),
    ...(options.handshakeDeadlineMs === undefined ? {} : { deadlineMs: options.handshakeDeadlineMs }),
  });
  const agentInfos = agents.map((agent) => agentInfo(agent, defaultAgent));
  const app = await createApp({
    ...shared,
    agents: agentInfos,
    checks,
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
    async stop({ reason, graceMs }) {
      log.info({ reason, connections: liveSet.count() }, 'gateway stops');
      isDraining = true;
      stopSweeping();
      await Promise.all([liveSet.stop({ graceMs }), conversations.stop({ graceMs })]);
      await Promise.all([attempts.stop(), revocationFeed.stop(), explanations.stop()]);
    },
  };
}

/** The rooms that judge and hold connections. */
function createEdge(options: GatewayOptions, now: () => number) {
  const { pool, publicUrl, environment, allowedOrigins, log } = options;
  const liveSet = createLiveSet({ now });
  return {
    ...createJudge(options, liveSet, now),
    origins: createOrigins(allowedOrigins, publicUrl),
    attempts: createAttempts({ pool, now, log }),
    tickets: createTickets({ pool, environment, now, log }),
    liveSet,
  };
}

/** What decides who may come in, and who may no longer stay. */
function createJudge(options: GatewayOptions, liveSet: LiveSet, now: () => number) {
  const { pool, auth, environment, serviceId, serviceSecret, sharedSecret, issuers = [], log } = options;
  const breaker = options.authBreaker === undefined ? {} : { breaker: options.authBreaker };
  const authClient = createAuthClient({ ...auth, ...breaker, serviceId, serviceSecret, now, log });
  const { directory, circuit } = authClient;
  const revocationFeed = createRevocationFeed({
    exchange: authClient.asService,
    onEntries(entries) {
      for (const entry of entries) if (entry.kind === 'user') directory.forget(entry.user_id);
      endRevoked(entries, { liveSet, view: revocationFeed.view });
    },
    pool,
    now,
    log,
  });
  const revocations = revocationFeed.view;
  const keys = sharedSecret ? sharedSecretKeys({ secret: sharedSecret.bytes }) : authClient.keys;
  const own = ownIssuer({ issuer: auth.issuer, keys, audience: AUDIENCE });
  const verifier = createVerifier({ issuers: [own, ...issuers], environment, revocations, now });
  const material: KeyMaterial = {
    environment,
    keyMode: sharedSecret ? 'shared_secret' : 'public_keys',
    ...(sharedSecret && { checkValue: sharedSecret.checkValue, source: sharedSecret.source }),
  };
  return {
    authClient,
    revocationFeed,
    revocations,
    keyProof: createKeyProof({ prove: () => authClient.prove(material), material, now, log }),
    authenticate: createAuthenticate({
      verifier,
      directory,
      revocationFeed,
      circuit,
      secretCandidates: options.secretCandidates ?? [],
    }),
    expected: expectedOf(options),
    issuers,
  };
}

function expectedOf({ auth, environment, sharedSecret }: GatewayOptions): GuideProbesOptions['expected'] {
  return {
    issuer: auth.issuer,
    audience: AUDIENCE,
    environment,
    ...(sharedSecret && { key_source: sharedSecret.source, key_check_value: sharedSecret.checkValue }),
  };
}

type ConnectionRooms = Omit<
  ConnectionOptions,
  'webSocket' | 'context' | 'connectionId' | 'attemptId' | 'handlers' | 'facts'
>;

/** What turns an admitted upgrade into a connection, within one tick. */
function createAccept(rooms: FrameHandlerOptions & ConnectionRooms): (admitted: Admitted) => void {
  const handlers = createFrameHandlers(rooms);
  const upgrader = createWebSocketUpgrader();
  return ({ principal, attemptId, request, socket, head }) => {
    const connectionId = newId('con');
    const context = createUserContext({ ...principal, traceId: connectionId });
    upgrader.upgrade(request, socket, head, (webSocket) => {
      const facts = closedFacts(request);
      openConnection({ ...rooms, webSocket, context, connectionId, attemptId, handlers, facts });
    });
  };
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
