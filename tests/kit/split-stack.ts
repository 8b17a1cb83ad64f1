import { agentFromRun } from '@netra/agent';
import { type AuthService, authMigrations, createAuthService } from '@netra/auth';
import { createGateway, type Gateway, type GatewayOptions, gatewayMigrations } from '@netra/gateway';
import { createLogger, createPool, type HttpServer, migrate, startHttpServer } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';

export interface SplitStackOptions {
  /** Gateways on one database. Default 1. */
  readonly nodes?: number;
  /** False: auth has a database of its own, so that only polling reaches the gateways. Default true. */
  readonly isDatabaseShared?: boolean;
  readonly authBreaker?: GatewayOptions['authBreaker'];
}

/** The auth service and gateways on ports of their own, which meet over the network, with one clock for all. */
export interface SplitStack {
  readonly authUrl: string;
  readonly gatewayUrls: readonly string[];
  auth(): AuthService;
  advance(durationMs: number): void;
  /** Its port closes and every connection to it is cut. */
  killAuth(): Promise<void>;
  /** One more gateway, started now; its address. */
  addGateway(): Promise<string>;
  /** The same service, at the same address. */
  reviveAuth(): Promise<void>;
  stop(): Promise<void>;
}

const SERVICE = { serviceId: 'netra-gateway', serviceSecret: 'a secret for tests, long enough to pass' };
const log = createLogger({ level: 'silent' });

export async function startSplitStack(options: SplitStackOptions = {}): Promise<SplitStack> {
  const { nodes = 1, isDatabaseShared = true, authBreaker } = options;
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const database = await createTestDatabase();
  const authDatabase = isDatabaseShared ? database : await createTestDatabase();
  const authPool = createPool(authDatabase.connection, { schema: 'auth', maxConnections: 4 });
  const gatewayPool = createPool(database.connection, { schema: 'netra', maxConnections: 8 });
  await migrate({ pool: authPool, schema: 'auth', migrations: await authMigrations(), log });
  await migrate({ pool: gatewayPool, schema: 'netra', migrations: await gatewayMigrations(), log });

  let running: { auth: AuthService; server: HttpServer } | undefined;
  const startAuth = async (port: number): Promise<void> => {
    let auth: AuthService | undefined;
    const server = await listen(port, async (request, env) => {
      return auth?.fetch(request, env) ?? new Response(null, { status: 503 });
    });
    const publicUrl = `http://localhost:${server.port}`;
    const place = { pool: authPool, publicUrl, environment: 'development', trustedOrigins: [] } as const;
    const encryptionKey = 'an encryption key for tests, long enough';
    auth = await createAuthService({ ...SERVICE, ...place, encryptionKey, log, now });
    running = { auth, server };
  };
  const killAuth = async (): Promise<void> => {
    await running?.server.close({ graceMs: 0 });
    await running?.auth.stop();
    running = undefined;
  };
  const auth = (): AuthService => {
    if (running === undefined) throw new Error('the auth service is not running');
    return running.auth;
  };

  await startAuth(0);
  const authPort = running === undefined ? 0 : portOf(running);
  const authUrl = `http://localhost:${authPort}`;
  const breaker = authBreaker === undefined ? {} : { authBreaker };
  const gateway = () => startGateway({ ...breaker, pool: gatewayPool, authUrl, now });
  const gateways = await Promise.all(Array.from({ length: nodes }, gateway));
  return {
    authUrl,
    gatewayUrls: gateways.map(({ url }) => url),
    auth,
    killAuth,
    async addGateway() {
      const added = await gateway();
      gateways.push(added);
      return added.url;
    },
    reviveAuth: () => startAuth(authPort),
    advance: (durationMs) => {
      aheadMs += durationMs;
    },
    async stop() {
      await Promise.all(gateways.map((each) => each.stop()));
      await killAuth();
      await Promise.all([authPool.end(), gatewayPool.end()]);
      await database.drop();
      if (!isDatabaseShared) await authDatabase.drop();
    },
  };
}

async function startGateway(
  options: Pick<GatewayOptions, 'pool' | 'authBreaker'> & { authUrl: string; now: () => number },
) {
  const { authUrl, ...rest } = options;
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  let gateway: Gateway | undefined;
  const server = await listen(
    0,
    async (request, env) => gateway?.fetch(request, env) ?? new Response(null, { status: 503 }),
    (request, socket, head) => gateway?.handleUpgrade(request, socket, head),
  );
  const url = `http://localhost:${server.port}`;
  const started = await createGateway({
    ...SERVICE,
    ...rest,
    auth: { fetch: (request, init) => fetch(request, init), baseUrl: authUrl, issuer: authUrl },
    publicUrl: url,
    environment: 'development',
    allowedOrigins: [],
    agents: () => [silent],
    defaultAgent: 'silent',
    log,
  });
  gateway = started;
  return {
    url,
    async stop() {
      await started.stop({ reason: 'test over', graceMs: 500 });
      await server.close({ graceMs: 100 });
    },
  };
}

type ListenOptions = Parameters<typeof startHttpServer>[0];

function listen(
  port: number,
  handle: ListenOptions['fetch'],
  onUpgrade?: ListenOptions['onUpgrade'],
): Promise<HttpServer> {
  const upgrade = onUpgrade === undefined ? {} : { onUpgrade };
  return startHttpServer({ host: '127.0.0.1', port, allowedHosts: 'any', log, fetch: handle, ...upgrade });
}

/** A function, because TypeScript does not see that `startAuth` has set it. */
function portOf({ server }: { server: HttpServer }): number {
  return server.port;
}
