import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
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
  const starting = { detail: 'The server is starting.', publicUrl: config.publicUrl, retryAfterMs: 1_000 };
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    allowedHosts: config.allowedHosts,
    publicUrl: config.publicUrl,
    log,
    fetch: (request, env) => app?.fetch(request, env) ?? problemResponse('draining', starting),
    onUpgrade: (request, socket, head) => {
      if (app?.handleUpgrade === undefined) refuseSocket(socket, 'draining', starting);
      else app.handleUpgrade(request, socket, head);
    },
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= server.close({ graceMs: CLOSE_GRACE_MS });
    return closed;
  };
  // At the bottom for a start that fails; a finished start closes it earlier, in its place of the order.
  lifecycle.add('http', close);
  return {
    config: withRealPort(config, server.port),
    server,
    serve: (next) => {
      app = next;
    },
    close,
  };
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
