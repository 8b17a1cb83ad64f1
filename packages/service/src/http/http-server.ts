import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../app-error.ts';
import type { Logger } from '../logging/logger.ts';

/** What `fetch` gets as its second argument (Hono's `c.env`). */
export interface HttpEnv {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

export interface HttpServerOptions {
  readonly fetch: (request: Request, env: HttpEnv) => Response | Promise<Response>;
  /** Every request with an `Upgrade` header, whatever it asks for; the owner checks path and header. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Values of `Host` without the port, or `any`. Against DNS rebinding. */
  readonly allowedHosts: readonly string[] | 'any';
  /** Base of `type` in problems. Default: the server's own address. */
  readonly publicUrl?: string;
  readonly log: Logger;
}

export interface HttpServer {
  readonly port: number;
  /** `http://host:port`, with `localhost` for a loopback host. */
  readonly url: string;
  /** Stops listening, lets requests finish for `graceMs`, then ends what is left (upgraded sockets are their owner's). */
  close(options: { graceMs: number }): Promise<void>;
}

/** Errors: `port_in_use`, `host_unavailable`. */
export async function startHttpServer(_options: HttpServerOptions): Promise<HttpServer> {
  throw new AppError('not_ready', 'startHttpServer is being written');
}
