import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Agent, GuideProbes } from '@netra/agent';
import type { HealthCheck, Logger } from '@netra/service';
import type { Pool } from 'pg';

/** What the guide may ask the gateway about this installation; the composition adds `searchDocs`. */
export type GatewayProbes = Omit<GuideProbes, 'searchDocs'>;

export interface GatewayOptions {
  /** A pool whose search_path is the gateway's schema (`netra`), already migrated with `gatewayMigrations()`. */
  pool: Pool;
  /** How to reach the auth service. In `netra up`, `fetch` is the auth service's own handler, called in process. */
  auth: { fetch: (request: Request) => Promise<Response>; baseUrl: string; issuer: string };
  serviceId: string;
  serviceSecret: string;
  publicUrl: string;
  environment: 'development' | 'staging' | 'production';
  allowedOrigins: string[];
  /** Called once, with probes that look at this gateway. */
  agents: (probes: GatewayProbes) => Agent[];
  defaultAgent: string;
  /** Folder of the built web app; without it the gateway serves no pages but `/reasons`. */
  webRoot?: string;
  /** Shown by `service_status`. */
  version?: string;
  log: Logger;
  now?: () => number;
}

export interface Gateway {
  fetch(request: Request, env?: unknown): Promise<Response>;
  /** Answers every `upgrade` event of the HTTP server, also those that are not for `/ws`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** What `/health/ready` reports, for a composition that serves several services on one port. */
  checks(): Promise<HealthCheck[]>;
  guideProbes: GatewayProbes;
  /** Refuses newcomers with `draining`, closes sockets 1012, hands runs over; resolves within `graceMs`. */
  stop(options: { reason: string; graceMs: number }): Promise<void>;
}

/** The composition root of the gateway: builds every room and connects them; listens on nothing itself. */
export function createGateway(_options: GatewayOptions): Promise<Gateway> {
  return Promise.reject(new Error('not built yet'));
}
