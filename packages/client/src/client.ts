import type { AgentInfo } from '@netra/protocol';
import type { Clock } from './clock.ts';
import type { ConnectionState } from './connection-state.ts';
import type { RestRequest } from './rest.ts';
import type { Store } from './store.ts';
import type { Threads } from './threads.ts';
import type { WebSocketConstructor } from './websocket.ts';

/**
 * Gives an access token; `force` asks for a fresh one. `undefined` means: nobody is signed in.
 * Called before each connection and each request, so it should cache (`createNetraAuth` does).
 */
export type GetToken = (options?: { force?: boolean }) => Promise<string | undefined> | string | undefined;

export interface NetraClientOptions {
  /** Base address of the gateway, e.g. `http://localhost:8080`. Default: the page's origin. */
  readonly url?: string;
  readonly getToken: GetToken;
  readonly fetch?: typeof fetch;
  /** Default: the global one. Node 20 has none: pass the one of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor;
  /** Between 0 and 1; for tests. */
  readonly random?: () => number;
  /** Time and timers; for tests. */
  readonly clock?: Clock;
}

export interface NetraClient {
  readonly connection: Store<ConnectionState>;
  readonly threads: Threads;
  readonly agents: { list(): Promise<readonly AgentInfo[]> };
  /** Opens the connection. Sending and listening do so by themselves; needed again after `refused`. */
  connect(): void;
  /** One REST request with the bearer token, for what has no method here. Throws `NetraError`. */
  request<Body>(request: RestRequest): Promise<Body>;
  /** Ends everything: sockets, timers, requests; what is under way rejects with `client_closed`. */
  close(): void;
}

export declare function createNetraClient(options: NetraClientOptions): NetraClient;
