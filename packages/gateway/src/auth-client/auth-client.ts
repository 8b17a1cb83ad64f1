import type { Logger } from '@netra/service';
import { type KeySource, remoteKeys } from '@netra/token';
import { createServiceToken } from './service-token.ts';
import { createUserDirectory, type UserDirectory } from './user-directory.ts';

/** Below the handshake's 3 s, so that a slow auth service is named as such and not only as a missed deadline. */
const REQUEST_TIMEOUT_MS = 1_500;

export interface AuthClient {
  keys: KeySource;
  directory: UserDirectory;
  /** Milliseconds until the auth service answered with its key set. Throws when it does not within 1.5 s. */
  ping(): Promise<number>;
}

/** All that the gateway asks the auth service: public keys and whether a user may still come in. */
export function createAuthClient(options: {
  fetch: (request: Request) => Promise<Response>;
  baseUrl: string;
  serviceId: string;
  serviceSecret: string;
  now: () => number;
  log: Logger;
}): AuthClient {
  const { fetch, baseUrl, now, log } = options;
  const jwksUrl = new URL('/auth/jwks.json', baseUrl).href;

  function request(path: string, init: RequestInit): Promise<Response> {
    return withTimeout((signal) => fetch(new Request(new URL(path, baseUrl), { ...init, signal })));
  }

  const serviceToken = createServiceToken({ ...options, request });
  return {
    keys: remoteKeys({ jwksUrl, fetch, now, log }),
    directory: createUserDirectory({ request, serviceToken, now, log }),
    async ping() {
      const startedAtMs = performance.now();
      const response = await request('/auth/jwks.json', {});
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the auth service answered ${response.status}`);
      return performance.now() - startedAtMs;
    },
  };
}

/** Races as well as aborts: an in-process handler may be deaf to the signal. */
async function withTimeout(start: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(new Error(`the auth service did not answer within ${REQUEST_TIMEOUT_MS} ms`));
    }, REQUEST_TIMEOUT_MS);
  });
  try {
    return await Promise.race([start(controller.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
