import { agentFromRun } from '@netra/agent';
import { createGateway, type Gateway, gatewayMigrations } from '@netra/gateway';
import { createLogger, createPool, migrate, startHttpServer } from '@netra/service';
import type { PoolConfig } from 'pg';
import { SERVICE_SECRET } from '../../packages/gateway/src/testing/scripted-issuer.ts';
import { createBenchIssuer, ENVIRONMENT, tokensOf } from './bench-issuer.ts';
import type { Contender } from './contender.ts';

interface NetraServerOptions {
  connection: PoolConfig;
  /** Default 0, no limit: one address makes all handshakes, and no peer limits by address. */
  handshakesPerMinute?: number;
}

/** The whole gateway as it is composed for production, over a real PostgreSQL; only the auth service is scripted. */
export async function netraServer(options: unknown): Promise<Contender> {
  // The parent wrote it.
  const { connection, handshakesPerMinute = 0 } = options as NetraServerOptions;
  const log = createLogger({ level: 'silent' });
  const pool = createPool(connection, { schema: 'netra', maxConnections: 8 });
  await migrate({ pool, schema: 'netra', migrations: await gatewayMigrations(), log });
  const issuer = createBenchIssuer();
  let gateway: Gateway | undefined;
  const server = await startHttpServer({
    fetch: (request, env) => gateway?.fetch(request, env) ?? new Response(null, { status: 503 }),
    onUpgrade: (request, socket, head) => gateway?.handleUpgrade(request, socket, head),
    host: '127.0.0.1',
    port: 0,
    allowedHosts: 'any',
    log,
  });
  const started = await createGateway({
    pool,
    auth: { fetch: (request) => issuer.fetch(request), baseUrl: issuer.issuer, issuer: issuer.issuer },
    serviceId: 'gateway',
    serviceSecret: SERVICE_SECRET,
    publicUrl: `http://localhost:${server.port}`,
    environment: ENVIRONMENT,
    allowedOrigins: [],
    handshakesPerMinute,
    agents: () => [agentFromRun({ name: 'bench', description: 'Says nothing.', async *run() {} })],
    defaultAgent: 'bench',
    log,
  });
  gateway = started;
  return {
    port: server.port,
    tokens: (count, users) => tokensOf(issuer, count, users),
    openCount: () =>
      started.guideProbes.serviceStatus().then(({ open_connections }) => open_connections ?? 0),
    deliver: () => Promise.reject(new Error('the whole gateway sends what its agents say')),
  };
}
