import type { SignedInUser, TokenResponse } from '@netra/protocol';
import {
  type AccountRequests,
  createAccountRequests,
  secondFactorNeeded,
  verificationNeeded,
} from './account-requests.ts';
import { defaultBaseUrl } from './base-url.ts';
import { type Clock, systemClock } from './clock.ts';
import { type HttpAnswer, type HttpOptions, sendRequest } from './http.ts';
import { NetraError } from './netra-error.ts';

/** A cached token is given out until this long before it expires. */
const TOKEN_MARGIN_MS = 60_000;

export interface NetraAuthOptions {
  /** Base address of the auth service. Default: the page's origin. */
  readonly url?: string;
  readonly fetch?: typeof fetch;
  /** How the session is kept. Default: `cookie` in a browser, `bearer` (in memory) elsewhere. */
  readonly session?: 'cookie' | 'bearer';
  /** Time and timers; for tests. */
  readonly clock?: Clock;
}

export interface Session {
  readonly user: SignedInUser;
}

/** Signing in and out, and access tokens. Every method throws `NetraError`. */
export interface NetraAuth extends AccountRequests {
  /**
   * Throws with `authCode` `EMAIL_NOT_VERIFIED` where the address must be confirmed first; the mail is on its way then,
   * and its link leads to `confirmedPath`.
   */
  signUp(account: {
    email: string;
    password: string;
    name: string;
    confirmedPath?: string;
  }): Promise<Session>;
  /**
   * Throws with `authCode` `SECOND_FACTOR_REQUIRED` where `verifySecondFactor` must follow, and with `EMAIL_NOT_VERIFIED`
   * where the address is still to be confirmed; then another mail is on its way, as of `signUp`.
   */
  signIn(credentials: { email: string; password: string; confirmedPath?: string }): Promise<Session>;
  /** The second step of `signIn`, within ten minutes of it and with the cookies that it set. */
  verifySecondFactor(factor: { method: 'totp' | 'recovery_code'; code: string }): Promise<Session>;
  signOut(): Promise<void>;
  /** Signs in with the token of a one-time link (what stands after `#`). Works once. */
  redeemLink(token: string): Promise<Session>;
  /** Who is signed in; `undefined` for nobody. */
  getSession(): Promise<Session | undefined>;
  /** A token that is good for at least 60 s, or a fresh one with `force`. Concurrent calls share one request. */
  getToken(options?: { force?: boolean }): Promise<string>;
}

interface CachedToken {
  readonly token: string;
  readonly user: SignedInUser;
  readonly goodUntilMs: number;
}

export function createNetraAuth(options: NetraAuthOptions = {}): NetraAuth {
  const { clock = systemClock } = options;
  const send = createSessionSender(options, clock);
  let cached: CachedToken | undefined;
  let pending: Promise<CachedToken> | undefined;

  async function fetchToken(): Promise<CachedToken> {
    const askedAtMs = clock.now();
    const { body } = await send('POST', '/auth/token', {});
    if (!isTokenResponse(body))
      throw new NetraError('response_unreadable', { detail: 'The answer is no token.' });
    // From the lifetime and our own clock, so that a wrong clock here does no harm.
    const goodUntilMs = askedAtMs + body.expires_in * 1000 - TOKEN_MARGIN_MS;
    return { token: body.access_token, user: body.user, goodUntilMs };
  }

  async function getCached(force: boolean): Promise<CachedToken> {
    if (!force && pending === undefined && cached !== undefined && clock.now() < cached.goodUntilMs)
      return cached;
    if (pending === undefined) {
      const asked = fetchToken();
      pending = asked;
      // Whoever signs in or out meanwhile makes the answer obsolete.
      const isCurrent = () => pending === asked;
      asked.then(
        (token) => {
          if (!isCurrent()) return;
          cached = token;
          pending = undefined;
        },
        () => {
          if (!isCurrent()) return;
          cached = undefined;
          pending = undefined;
        },
      );
    }
    return pending;
  }

  function forget(): void {
    cached = undefined;
    pending = undefined;
  }

  async function signInBy(path: string, body: unknown): Promise<Session> {
    forget();
    const answer = await send('POST', path, body);
    const needed = secondFactorNeeded(answer.body) ?? verificationNeeded(path, answer.body);
    if (needed !== undefined) throw needed;
    forget();
    return { user: (await getCached(true)).user };
  }

  return {
    ...createAccountRequests(send),
    signUp: ({ confirmedPath, ...account }) =>
      signInBy('/auth/sign-up/email', { ...account, callbackURL: confirmedPath }),
    signIn: ({ confirmedPath, ...credentials }) =>
      signInBy('/auth/sign-in/email', { ...credentials, callbackURL: confirmedPath }),
    verifySecondFactor: ({ method, code }) => signInBy(SECOND_FACTOR_PATHS[method], { code }),
    redeemLink: (token) => signInBy('/auth/one-time-token/verify', { token }),
    async signOut() {
      await send('POST', '/auth/sign-out', {});
      forget();
    },
    async getSession() {
      const { body } = await send('GET', '/auth/get-session', undefined);
      if (typeof body === 'object' && body !== null) return { user: (await getCached(false)).user };
      forget();
      return undefined;
    },
    getToken: async ({ force = false } = {}) => (await getCached(force)).token,
  };
}

const SECOND_FACTOR_PATHS = {
  totp: '/auth/two-factor/verify-totp',
  recovery_code: '/auth/two-factor/verify-backup-code',
} as const;

type SendWithSession = (method: 'GET' | 'POST', path: string, body: unknown) => Promise<HttpAnswer>;

/** A browser keeps the session in an HttpOnly cookie that no script sees; elsewhere it is a bearer token in memory. */
function createSessionSender(options: NetraAuthOptions, clock: Clock): SendWithSession {
  const hasCookies =
    (options.session ?? (typeof document === 'undefined' ? 'bearer' : 'cookie')) === 'cookie';
  const baseUrl = defaultBaseUrl(options.url);
  const http: HttpOptions = {
    baseUrl,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock,
    credentials: hasCookies ? 'include' : 'omit',
  };
  let sessionToken: string | undefined;

  return async (method, path, body) => {
    const headers: Record<string, string> = {};
    // Browsers set `Origin` themselves; the identity library wants one with everything that changes state.
    if (!hasCookies) headers.origin = new URL(baseUrl).origin;
    if (sessionToken !== undefined) headers.authorization = `Bearer ${sessionToken}`;
    const answer = await sendRequest(http, {
      method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (!hasCookies) {
      sessionToken = answer.headers.get('set-auth-token') ?? sessionToken;
      if (path === '/auth/sign-out') sessionToken = undefined;
    }
    return answer;
  };
}

function isTokenResponse(body: unknown): body is TokenResponse {
  if (typeof body !== 'object' || body === null) return false;
  const hasToken = 'access_token' in body && typeof body.access_token === 'string';
  return hasToken && 'expires_in' in body && typeof body.expires_in === 'number' && 'user' in body;
}
