import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { countOfHeader, type ReasonCode } from '@netra/protocol';
import { AppError } from '../app-error.ts';
import type { Logger } from '../logging/logger.ts';
import { closeServer } from './close-server.ts';
import { isAllowedHost } from './host-allow-list.ts';
import { problemBody, problemResponse } from './problem.ts';
import { refuseSocket } from './refuse-socket.ts';
import { UpgradeRequest } from './upgrade-request.ts';

/** What `fetch` gets as its second argument (Hono's `c.env`). */
export interface HttpEnv {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

export interface HttpServerOptions {
  readonly fetch: (request: Request, env: HttpEnv) => Response | Promise<Response>;
  /** Every request with `Upgrade: websocket`; the owner checks path and method. Other offers are ignored. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Values of `Host` without the port, or `any`. Against DNS rebinding. */
  readonly allowedHosts: readonly string[] | 'any';
  /** Names of the settings that hold host and port, for whoever has to change them. Default `HOST` and `PORT`. */
  readonly settings?: { readonly host: string; readonly port: string };
  /** Base of `type` in problems. Default: the server's own address. */
  readonly publicUrl?: string;
  readonly log: Logger;
}

export interface HttpServer {
  readonly port: number;
  /** `http://host:port`, with `localhost` for a loopback host. */
  readonly url: string;
  /** Stops listening, lets requests finish for `graceMs`, then ends what is left, upgraded sockets included. Idempotent. */
  close(options: { graceMs: number }): Promise<void>;
}

const limits = {
  /** Slow headers end after this; the whole request, body included, after `requestTimeout`. */
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  /** Longer than the 60 s after which common proxies give an idle connection up, so that we never close first. */
  keepAliveTimeout: 65_000,
  /** Room for an 8 KiB token in two headers. More is 431. */
  maxHeaderSize: 32 * 1024,
} as const;

/**
 * Connections that the system holds until they are taken up: room for a crowd that comes back at once while something else
 * is done for some 100 ms. Who finds no room comes again after a second. Linux allows 4,096 by default.
 */
const MAX_UNACCEPTED = 4_096;

/** Errors: `port_in_use`, `port_not_permitted`, `host_unavailable`. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer({ ...limits, requireHostHeader: false, IncomingMessage: UpgradeRequest });
  const sockets = new Set<Socket>();
  const forget = function (this: Socket): void {
    sockets.delete(this);
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', forget);
  });
  const port = await listen(server, options);
  const url = addressOf(options.host, port);
  const publicUrl = options.publicUrl ?? url;
  server.on('request', requestListener(options, publicUrl));
  if (options.onUpgrade !== undefined) {
    server.on('upgrade', upgradeListener({ ...options, onUpgrade: options.onUpgrade }, publicUrl));
  }
  const answers = watchAnswers(server);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answer = answers.get(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    // What is broken came behind a request that was not: a second answer would end up inside of the first one.
    else if (answer !== undefined) answer.once('finish', () => answer.req.socket.destroySoon());
    else refuseSocket(socket, ...clientProblem(error, publicUrl));
  });
  let closed: Promise<void> | undefined;
  return {
    port,
    url,
    close({ graceMs }) {
      closed ??= closeServer(server, { sockets, graceMs });
      return closed;
    },
  };
}

function requestListener({ fetch, allowedHosts, log }: HttpServerOptions, publicUrl: string) {
  const handle = async (request: Request, env: HttpEnv): Promise<Response> => {
    try {
      return await fetch(request, env);
    } catch (error) {
      log.error({ err: error, method: request.method }, 'a request failed');
      return problemResponse('internal_error', { publicUrl });
    }
  };
  const listener = getRequestListener(
    // Ours is an HTTP/1 server: its env is never the HTTP/2 one.
    (request, env) => handle(request, env as HttpEnv),
    { errorHandler: () => problemResponse('request_malformed', { publicUrl }) },
  );
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (incoming.headers.upgrade !== undefined) endAfterAnswer(incoming, outgoing);
    const problem = formProblemOf(incoming, allowedHosts);
    if (problem === undefined) void listener(incoming, outgoing);
    else refuseResponse(outgoing, { publicUrl, detail: problem });
  };
}

/** The answer that is under way on a connection. */
function watchAnswers(server: Server): WeakMap<Duplex, ServerResponse> {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, outgoing) => {
    answers.set(socket, outgoing);
    const forget = (): void => {
      if (answers.get(socket) === outgoing) answers.delete(socket);
    };
    outgoing.once('finish', forget);
    outgoing.once('close', forget);
  });
  return answers;
}

/** After an ignored offer Node drops the rest of the segment, so that later answers would not match their requests. */
function endAfterAnswer({ socket }: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.shouldKeepAlive = false;
  // Node takes that back when the answer has a `Connection` header of its own, as a 426 has. First in line: Node's
  // own listener goes on to the next answer.
  outgoing.prependOnceListener('finish', () => socket.destroySoon());
}

function upgradeListener(
  { onUpgrade, allowedHosts, log }: HttpServerOptions & Required<Pick<HttpServerOptions, 'onUpgrade'>>,
  publicUrl: string,
) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const problem = formProblemOf(request, allowedHosts);
    if (problem !== undefined) {
      refuseSocket(socket, 'request_malformed', { publicUrl, detail: problem });
      return;
    }
    try {
      onUpgrade(request, socket, head);
    } catch (error) {
      log.error({ err: error }, 'an upgrade failed');
      refuseSocket(socket, 'internal_error', { publicUrl });
    }
  };
}

/** What Node lets pass, or answers without a body (RFC 9112 §2.3 and §3.2). */
function formProblemOf(
  { headers, httpVersion, rawHeaders }: IncomingMessage,
  allowedHosts: HttpServerOptions['allowedHosts'],
): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'This server speaks HTTP/1.1.';
  if (headers.host === undefined && httpVersion === '1.1') return 'The Host header is missing.';
  // Node keeps the first; a proxy in front may have gone by another.
  if (countOfHeader(rawHeaders, 'host') > 1) return 'There is more than one Host header.';
  if (isAllowedHost(headers.host, allowedHosts)) return undefined;
  return 'The Host header names a host that this server does not answer for (ALLOWED_HOSTS).';
}

function refuseResponse(outgoing: ServerResponse, options: { publicUrl: string; detail: string }): void {
  const { status, headers, text } = problemBody('request_malformed', options);
  outgoing.writeHead(status, { ...headers, Connection: 'close' }).end(text);
}

function clientProblem(
  error: NodeJS.ErrnoException,
  publicUrl: string,
): [ReasonCode, { publicUrl: string; detail?: string }] {
  if (error.code === 'HPE_HEADER_OVERFLOW') return ['headers_too_large', { publicUrl }];
  const detail =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'The request took too long to arrive.' : 'This is not HTTP.';
  return ['request_malformed', { publicUrl, detail }];
}

async function listen(server: Server, { host, port, settings }: HttpServerOptions): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: MAX_UNACCEPTED }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw listenError(error, { host, port, settings });
  }
  // A TCP server has this form of address.
  return (server.address() as AddressInfo).port;
}

function listenError(
  cause: unknown,
  {
    host,
    port,
    settings,
  }: Pick<HttpServerOptions, 'host' | 'port'> & { settings: HttpServerOptions['settings'] },
): AppError {
  const names = settings ?? { host: 'HOST', port: 'PORT' };
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const otherPort = port < 65_535 ? Math.max(port + 1, 1_024) : port - 1;
  if (code === 'EADDRINUSE') {
    const fix = `Use another one: ${names.port}=${otherPort} npm start`;
    return new AppError('port_in_use', `Port ${port} is taken by another program.`, { fix, cause });
  }
  if (code === 'EACCES') {
    const fix = `Use one from 1024 up: ${names.port}=8080 npm start`;
    return new AppError('port_not_permitted', `This user may not listen on port ${port}.`, { fix, cause });
  }
  return new AppError('host_unavailable', `Netra cannot listen on ${host}.`, {
    fix: `Set ${names.host}=127.0.0.1 or an address of this machine`,
    cause,
  });
}

function addressOf(host: string, port: number): string {
  const isForBrowsers = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(host);
  if (isForBrowsers) return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
