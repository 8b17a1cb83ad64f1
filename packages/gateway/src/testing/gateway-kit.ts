import { type Agent, agentFromRun } from '@netra/agent';
import { createLogger, createPool, migrate, startHttpServer } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';
import type { Pool } from 'pg';
import { createGateway } from '../gateway.ts';
import type { Gateway, GatewayOptions } from '../gateway-options.ts';
import { gatewayMigrations } from '../migrations.ts';
import { createScriptedIssuer, type ScriptedIssuer, SERVICE_SECRET } from './scripted-issuer.ts';
import { connectSocket, type SocketClient } from './socket-client.ts';

const log = createLogger({ level: 'silent' });
export const ALLOWED_ORIGIN = 'https://app.test';

export interface TestGateway {
  gateway: Gateway;
  issuer: ScriptedIssuer;
  pool: Pool;
  port: number;
  url: string;
  /** Moves the clock that the gateway and the issuer share. */
  clock: { advance(ms: number): void; now(): number };
  connect(userId: string, options?: { autoPong: boolean }): Promise<SocketClient>;
  request(
    path: string,
    options?: { user?: string; method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
  close(): Promise<void>;
}

/** A gateway on a port of its own, with real PostgreSQL, real sockets, a scripted issuer and a scripted agent. */
export async function startTestGateway(
  changes: Partial<
    Pick<
      GatewayOptions,
      | 'webRoot'
      | 'handshakesPerMinute'
      | 'trustedProxies'
      | 'maxConnectionsPerUser'
      | 'handshakeDeadlineMs'
      | 'issuers'
      | 'authBreaker'
    >
  > & {
    agent?: Agent;
    /** Another node of the same installation: with its database, issuer and clock. It is closed before that one. */
    beside?: TestGateway;
  } = {},
): Promise<TestGateway> {
  const { agent = ECHO_AGENT, beside, ...options } = changes;
  const { pool, issuer, clock, drop } = beside ? sharedWith(beside) : await startInstallation();
  const { now } = clock;
  let gateway: Gateway | undefined;
  const server = await startHttpServer({
    fetch: (request, env) => gateway?.fetch(request, env) ?? new Response(null, { status: 503 }),
    onUpgrade: (request, socket, head) => gateway?.handleUpgrade(request, socket, head),
    host: '127.0.0.1',
    port: 0,
    allowedHosts: 'any',
    log,
  });
  const url = `http://localhost:${server.port}`;
  const started = await createGateway({
    pool,
    auth: { fetch: (request) => issuer.fetch(request), baseUrl: issuer.issuer, issuer: issuer.issuer },
    serviceId: 'gateway',
    serviceSecret: SERVICE_SECRET,
    publicUrl: url,
    environment: 'development',
    allowedOrigins: [ALLOWED_ORIGIN],
    agents: () => [agent],
    defaultAgent: agent.name,
    log,
    now,
    random: () => 0.5,
    ...options,
  });
  gateway = started;

  return {
    gateway: started,
    issuer,
    pool,
    port: server.port,
    url,
    clock,
    connect: (userId, options = { autoPong: true }) =>
      connectSocket({
        ...options,
        port: server.port,
        headers: { authorization: `Bearer ${issuer.token(userId)}` },
      }),
    request(path, { user, method = 'GET', body, headers = {} } = {}) {
      return fetch(new URL(path, url), {
        method,
        headers: {
          ...(user === undefined ? {} : { authorization: `Bearer ${issuer.token(user)}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    async close() {
      await started.stop({ reason: 'the test is over', graceMs: 500 });
      await server.close({ graceMs: 100 });
      await drop();
    },
  };
}

type Installation = Pick<TestGateway, 'pool' | 'issuer' | 'clock'> & { drop: () => Promise<void> };

async function startInstallation(): Promise<Installation> {
  const database = await createTestDatabase();
  const pool = createPool(database.connection, { schema: 'netra', maxConnections: 8 });
  await migrate({ pool, schema: 'netra', migrations: await gatewayMigrations(), log });
  let offsetMs = 0;
  const clock = {
    now: () => Date.now() + offsetMs,
    advance(ms: number) {
      offsetMs += ms;
    },
  };
  const issuer = createScriptedIssuer({ now: clock.now, environment: 'development' });
  for (const name of ['ada', 'bob']) issuer.addUser({ user_id: name });
  return {
    pool,
    issuer,
    clock,
    async drop() {
      await pool.end();
      await database.drop();
    },
  };
}

function sharedWith({ pool, issuer, clock }: TestGateway): Installation {
  return { pool, issuer, clock, drop: async () => undefined };
}

/** Thinks, then says what it heard. */
const ECHO_AGENT: Agent = agentFromRun({
  name: 'echo',
  description: 'Says what it heard.',
  async *run(turn) {
    yield { type: 'thinking', text: 'Listening.' };
    yield { type: 'message', delta: `You said: ${turn.messages.at(-1)?.text}` };
  },
});
