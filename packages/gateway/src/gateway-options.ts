import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Agent } from '@netra/agent';
import type { ConfigFact } from '@netra/diagnosis';
import type { HealthCheck, HttpEnv, Logger, MetricsRegistry } from '@netra/service';
import type { ResolvedSecret, TrustedIssuer } from '@netra/token';
import type { Pool } from 'pg';
import type { AuthClientOptions } from './auth-client/auth-client.ts';
import type { AuthFetch } from './auth-client/auth-exchange.ts';
import type { SecretCandidate } from './explain/signature-matches.ts';
import type { GatewayProbes } from './guide-probes.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { ConversationsOptions } from './threads/conversations.ts';

export interface GatewayOptions {
  /** A pool whose search_path is the gateway's schema (`netra`), already migrated with `gatewayMigrations()`. */
  pool: Pool;
  /** How to reach the auth service. In `netra up`, `fetch` is the auth service's own handler, called in process. */
  auth: {
    fetch: AuthFetch;
    baseUrl: string;
    issuer: string;
    /** `fetch` goes over the network to `baseUrl`: explanations may look at the way there. Default: it does not. */
    isOverNetwork?: boolean;
  };
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
