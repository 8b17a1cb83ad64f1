import { createGateway, type Gateway, type GatewayOptions, gatewayMigrations } from '@netra/gateway';
import type { Config } from '@netra/service';
import { readVersion } from '../version.ts';
import type { Agents } from './agents.ts';
import { type Database, openSchema } from './database.ts';
import { ownSecret } from './secrets.ts';
import type { Startup } from './startup.ts';
import { composeTrustedIssuers } from './trusted-issuers.ts';
import { findWebRoot } from './web-root.ts';

export interface GatewayParts {
  readonly database: Database;
  /** How the auth service is reached: over the network, or its handler in this process. */
  readonly authFetch: GatewayOptions['auth']['fetch'];
  readonly isAuthRemote: boolean;
  readonly agents: Agents;
}

/** The gateway on its migrated schema. Whoever composes it says when it stops, with `stopGatewayFirst`. */
export async function composeGateway(startup: Startup, parts: GatewayParts): Promise<Gateway> {
  const { config, sharedSecret, log, progress } = startup;
  const { database, authFetch, isAuthRemote, agents } = parts;
  progress('Starting the gateway');
  const { pool } = await openSchema(startup, database, {
    schema: 'netra',
    migrations: await gatewayMigrations(),
  });
  const webRoot = findWebRoot();
  return createGateway({
    pool,
    auth: {
      fetch: authFetch,
      baseUrl: config.authUrl,
      issuer: config.authIssuer,
      isOverNetwork: isAuthRemote,
    },
    serviceId: config.serviceId,
    serviceSecret: await ownSecret(config, 'serviceSecret'),
    ...(sharedSecret && { sharedSecret }),
    issuers: composeTrustedIssuers(config.trustedIssuers, {
      fetch: (request) => fetch(request),
      log: log.child({ service: 'gateway' }),
    }),
    publicUrl: config.publicUrl,
    environment: config.environment,
    allowedOrigins: config.allowedOrigins,
    agents: agents.create,
    defaultAgent: agents.names[0],
    ...(webRoot === undefined ? {} : { webRoot }),
    ...(config.heartbeatMs !== undefined && { heartbeatMs: config.heartbeatMs }),
    ...(config.eventRetentionDays !== undefined && {
      eventRetentionMs: config.eventRetentionDays * 24 * 60 * 60_000,
    }),
    trustedProxies: config.trustedProxies,
    ...limitsOf(config),
    ...(config.incidentWebhookUrl !== undefined && { incidentWebhookUrl: config.incidentWebhookUrl }),
    version: readVersion(),
    ...(startup.secretCandidates && { secretCandidates: startup.secretCandidates }),
    ...(startup.configFacts && { configFacts: startup.configFacts }),
    log: log.child({ service: 'gateway' }),
  });
}

function limitsOf({ handshakesPerMinute, maxConnectionsPerUser, maxConnectionMinutes }: Config) {
  return {
    ...(handshakesPerMinute !== undefined && { handshakesPerMinute }),
    ...(maxConnectionsPerUser !== undefined && { maxConnectionsPerUser }),
    ...(maxConnectionMinutes !== undefined && { maxConnectionAgeMs: maxConnectionMinutes * 60_000 }),
  };
}

/** Longest part of a stop that the gateway may take to hand over sockets and runs. */
const DRAIN_MS = 5_000;

/** Registered last, so that it stops first: sockets are told before anything that serves them is gone. */
export function stopGatewayFirst({ lifecycle }: Startup, gateway: Gateway): void {
  lifecycle.add('gateway', ({ reason, deadlineMs }) =>
    gateway.stop({ reason, graceMs: Math.min(DRAIN_MS, deadlineMs) }),
  );
}
