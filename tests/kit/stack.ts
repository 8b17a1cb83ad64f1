import type { Agent } from '@netra/agent';
import { type AuthService, authMigrations, createAuthService } from '@netra/auth';
import { createGateway, type Gateway, type GatewayProbes, gatewayMigrations } from '@netra/gateway';
import { createLogger, createPool, developmentOrigins, migrate, startHttpServer } from '@netra/service';
import { createTestDatabase, type TestDatabase } from '@netra/service/testing';
import type { ResolvedSecret, TrustedIssuer } from '@netra/token';
import type { Pool } from 'pg';

type AuthOptions = Parameters<typeof createAuthService>[0];
type GatewayOptions = Parameters<typeof createGateway>[0];

export interface StackOptions {
  readonly agents: (probes: GatewayProbes) => Agent[];
  readonly defaultAgent: string;
  /** Other issuers that both services trust. */
  readonly issuers?: readonly TrustedIssuer[];
  /** Tokens are signed with it, HS256, instead of the key ring. */
  readonly sharedSecret?: ResolvedSecret;
  /** To start again where another stack stopped; it is the caller's to drop. Default: a database of its own. */
  readonly database?: TestDatabase;
  /** Default: any free one. */
  readonly port?: number;
  /** Under which address clients see it, where that is not its own; with `port`. */
  readonly publicUrl?: string;
  /** Lets end-to-end tests sign in. */
  readonly e2eKey?: string;
  /** Default: development. */
  readonly environment?: AuthOptions['environment'];
  /** Mail and other ways to sign in; providers want to know where they lead back to. */
  readonly identity?: (publicUrl: string) => Promise<NonNullable<AuthOptions['identity']>>;
  /** Folder of the built web app; default: none is served. */
  readonly webRoot?: string;
  /** What stands between the gateway and the auth service, and may lose or hold an exchange; default: nothing. */
  readonly between?: (request: Request, pass: () => Promise<Response>) => Promise<Response>;
  /** Of the gateway, where its defaults do not fit. */
  readonly gateway?: Pick<
    GatewayOptions,
    'handshakeDeadlineMs' | 'handshakesPerMinute' | 'runTimings' | 'authBreaker'
  >;
}

/** Auth and gateway in this process, on one port, with a clock that the test holds. */
export interface Stack {
  readonly url: string;
  readonly auth: AuthService;
  readonly gateway: Gateway;
  /** The gateway's own, for tests that look at rows or break something. */
  readonly pool: Pool;
  now(): number;
  /** Moves the clock of both services forward. */
  advance(durationMs: number): void;
  stop(): Promise<void>;
}

export const SERVICE = {
  serviceId: 'netra-gateway',
  serviceSecret: 'a secret for tests, long enough to pass',
};

export async function startStack(options: StackOptions): Promise<Stack> {
  const { agents, defaultAgent, issuers = [], sharedSecret, environment = 'development' } = options;
  const { between = (_request: Request, pass: () => Promise<Response>) => pass() } = options;
  const shared = sharedSecret === undefined ? {} : { sharedSecret };
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const log = createLogger({ level: 'silent' });
  const database = options.database ?? (await createTestDatabase());
  const authPool = createPool(database.connection, { schema: 'auth', maxConnections: 4 });
  const gatewayPool = createPool(database.connection, { schema: 'netra', maxConnections: 6 });
  await migrate({ pool: authPool, schema: 'auth', migrations: await authMigrations(), log });
  await migrate({ pool: gatewayPool, schema: 'netra', migrations: await gatewayMigrations(), log });
  let app: { auth: AuthService; gateway: Gateway } | undefined;
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: options.port ?? 0,
    allowedHosts: ['localhost', '127.0.0.1'],
    log,
    fetch: (request, env) => {
      if (app === undefined) return new Response(null, { status: 503 });
      const { pathname } = new URL(request.url);
      const isForAuth = pathname.startsWith('/auth/') || pathname.startsWith('/.well-known/');
      return (isForAuth ? app.auth : app.gateway).fetch(request, env);
    },
    onUpgrade: (request, socket, head) => app?.gateway.handleUpgrade(request, socket, head),
  });
  const publicUrl = options.publicUrl ?? `http://localhost:${server.port}`;
  const origins = developmentOrigins(Number(new URL(publicUrl).port));
  const auth = await createAuthService({
    ...SERVICE,
    ...shared,
    pool: authPool,
    publicUrl,
    environment,
    issuers,
    ...(options.e2eKey !== undefined && { e2eKey: options.e2eKey }),
    ...(options.identity && { identity: await options.identity(publicUrl) }),
    encryptionKey: 'an encryption key for tests, long enough',
    trustedOrigins: origins,
    log,
    now,
  });
  const gateway = await createGateway({
    ...SERVICE,
    ...shared,
    issuers,
    pool: gatewayPool,
    auth: {
      fetch: (request) => between(request, () => auth.fetch(request)),
      baseUrl: publicUrl,
      issuer: publicUrl,
    },
    publicUrl,
    environment,
    allowedOrigins: origins,
    agents,
    defaultAgent,
    ...(options.webRoot !== undefined && { webRoot: options.webRoot }),
    ...options.gateway,
    log,
    now,
  });
  app = { auth, gateway };
  return {
    url: publicUrl,
    auth,
    gateway,
    pool: gatewayPool,
    now,
    advance: (durationMs) => {
      aheadMs += durationMs;
    },
    async stop() {
      await gateway.stop({ reason: 'test over', graceMs: 1_000 });
      await auth.stop();
      await server.close({ graceMs: 100 });
      await authPool.end();
      await gatewayPool.end();
      if (options.database === undefined) await database.drop();
    },
  };
}
