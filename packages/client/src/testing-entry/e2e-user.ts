import { E2E_KEY_HEADER, type SignedInUser, type TokenResponse } from '@netra/protocol';
import { createNetraClient, type NetraClient, type NetraClientOptions } from '../client.ts';
import { systemClock } from '../clock.ts';
import { sendRequest } from '../http.ts';
import { NetraError } from '../netra-error.ts';

export interface E2eUserOptions extends Pick<NetraClientOptions, 'fetch' | 'WebSocket'> {
  /** One of those that `netra seed e2e` made. Default: the first. */
  readonly userId?: string;
  /** Where the auth service answers, if not at the same address. */
  readonly authUrl?: string;
}

export interface E2eUser {
  /** Signed in; fetches fresh tokens by itself. Close it at the end of the test. */
  readonly client: NetraClient;
  readonly user: SignedInUser;
  /** An access token, for requests of your own: `Authorization: Bearer …`. */
  getToken(): Promise<string>;
}

/** A cached token is given out until this long before it expires. */
const TOKEN_MARGIN_MS = 60_000;

/**
 * A signed-in client of a test user, by the key that the server calls `E2E_OAUTH_SIMULATION_KEY`. The server tells its
 * tokens from those of people by a claim, and treats them no differently. Throws `NetraError`: `e2e_key_invalid`, `user_unknown` where
 * nobody ran `netra seed e2e`, `user_inactive`, `route_unknown` in production.
 */
export async function e2eUser(url: string, key: string, options: E2eUserOptions = {}): Promise<E2eUser> {
  const { userId, authUrl = url, fetch = globalThis.fetch, WebSocket } = options;
  const http = { baseUrl: authUrl.replace(/\/+$/, ''), fetch, clock: systemClock };

  async function sign(): Promise<{ token: TokenResponse; goodUntilMs: number }> {
    const askedAtMs = Date.now();
    const { body } = await sendRequest(http, {
      method: 'POST',
      path: '/auth/e2e/token',
      headers: { [E2E_KEY_HEADER]: key },
      body: userId === undefined ? {} : { user_id: userId },
    });
    if (!isTokenResponse(body))
      throw new NetraError('response_unreadable', { detail: 'The answer is no token.' });
    return { token: body, goodUntilMs: askedAtMs + body.expires_in * 1000 - TOKEN_MARGIN_MS };
  }

  const first = await sign();
  let current = Promise.resolve(first);
  async function getToken({ force = false } = {}): Promise<string> {
    const { token, goodUntilMs } = await current.catch(() => first);
    if (!force && Date.now() < goodUntilMs) return token.access_token;
    current = sign();
    return (await current).token.access_token;
  }

  const client = createNetraClient({
    url,
    getToken,
    fetch,
    ...(WebSocket === undefined ? {} : { WebSocket }),
  });
  return { client, user: first.token.user, getToken: () => getToken() };
}

function isTokenResponse(body: unknown): body is TokenResponse {
  return typeof body === 'object' && body !== null && 'access_token' in body && 'user' in body;
}
