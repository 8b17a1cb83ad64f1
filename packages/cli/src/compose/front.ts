import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createOrigins } from '@netra/gateway';
import {
  type Config,
  developmentOrigins,
  type HttpEnv,
  type HttpServer,
  problemResponse,
  refuseSocket,
  startHttpServer,
} from '@netra/service';
import type { Startup } from './startup.ts';

/** What answers once everything behind it is there. */
export interface App {
  fetch(request: Request, env: HttpEnv): Response | Promise<Response>;
  handleUpgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface Front {
  /** The settings with the real port in every address that was to have it. */
  readonly config: Config;
  readonly server: HttpServer;
  serve(app: App): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Time that requests get to finish once the services behind them have stopped. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Opens the port before anything else starts: a taken one is found at once, the real number is known to those who
 * print addresses, and whoever comes early gets 503 with a reason instead of a refused connection.
 */
export async function openFront({ config, log, lifecycle }: Startup): Promise<Front> {
  let app: App | undefined;
  // With the real port, which is part of the own origin, once the server listens.
  let real = config;
  const starting = (origin: string | undefined) => ({
    detail: 'The server is starting.',
    publicUrl: real.publicUrl,
    retryAfterMs: 1_000,
    headers: corsHeaders(real, origin),
  });
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    allowedHosts: config.allowedHosts,
    publicUrl: config.publicUrl,
    log,
    fetch: (request, env) => {
      if (app !== undefined) return app.fetch(request, env);
      const refused = starting(request.headers.get('origin') ?? undefined);
      return preflightAnswer(request, refused.headers) ?? problemResponse('draining', refused);
    },
    onUpgrade: (request, socket, head) => {
      if (app?.handleUpgrade !== undefined) app.handleUpgrade(request, socket, head);
      else refuseSocket(socket, 'draining', starting(request.headers.origin));
    },
  });
  real = withRealPort(config, server.port);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= server.close({ graceMs: CLOSE_GRACE_MS });
    return closed;
  };
  // At the bottom for a start that fails; a finished start closes it earlier, in its place of the order.
  lifecycle.add('http', close);
  return {
    config: real,
    server,
    serve: (next) => {
      app = next;
    },
    close,
  };
}

/** For the auth service's pages too, which ask with their cookie; there is nothing personal to read yet. */
function corsHeaders({ allowedOrigins, publicUrl }: Config, origin: string | undefined) {
  const headers = createOrigins(allowedOrigins, publicUrl).corsHeaders(origin);
  const isAllowed = headers['Access-Control-Allow-Origin'] !== undefined;
  return isAllowed ? { ...headers, 'Access-Control-Allow-Credentials': 'true' } : headers;
}

/** Lets a page of an allowed origin ask, so that it can read why it gets no answer yet; remembered by nobody. */
function preflightAnswer(request: Request, cors: Record<string, string>): Response | undefined {
  const method = request.headers.get('access-control-request-method');
  const isAllowed = cors['Access-Control-Allow-Origin'] !== undefined;
  if (request.method !== 'OPTIONS' || method === null || !isAllowed) return undefined;
  const requested = request.headers.get('access-control-request-headers');
  const headers = {
    ...cors,
    'Access-Control-Allow-Methods': method,
    'Access-Control-Max-Age': '0',
    ...(requested === null ? {} : { 'Access-Control-Allow-Headers': requested }),
  };
  return new Response(null, { status: 204, headers });
}

// PORT=0 asks for any free port, which the settings cannot know.
function withRealPort(config: Config, port: number): Config {
  if (config.port !== 0) return config;
  const fill = (url: string): string => url.replace(/:0$/, `:${port}`);
  const filled = {
    ...config,
    port,
    publicUrl: fill(config.publicUrl),
    authUrl: fill(config.authUrl),
    authIssuer: fill(config.authIssuer),
  };
  const origins = config.allowedOrigins.filter((origin) => !origin.endsWith(':0'));
  const hadDefaults = origins.length < config.allowedOrigins.length;
  return { ...filled, allowedOrigins: hadDefaults ? [...origins, ...developmentOrigins(port)] : origins };
}
