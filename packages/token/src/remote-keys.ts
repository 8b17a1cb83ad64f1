import type { KeySource } from './key-source.ts';

export interface RemoteKeysOptions {
  jwksUrl: string;
  /** `globalThis.fetch`, or the `fetch` of an auth service in the same process. */
  fetch: (request: Request) => Response | Promise<Response>;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
  log?: { warn(fields: object, message: string): void };
}

export function remoteKeys(_options: RemoteKeysOptions): KeySource {
  throw new Error('in progress');
}
