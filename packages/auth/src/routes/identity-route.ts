import type { ReasonCode } from '@netra/protocol';
import type { Users } from '../directory/users.ts';
import type { IdentityLibrary } from '../identity/identity.ts';
import { USER_INACTIVE } from '../identity/record-changes.ts';
import { sessionTokenOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';

export interface IdentityRouteOptions {
  identity: IdentityLibrary;
  users: Users;
  refuse: Refuse;
}

/** Everything else below `/auth`: the identity library at its own paths and shapes, its errors as problems. */
export function identityRoute({ identity, users, refuse }: IdentityRouteOptions) {
  const routes = identity.routes.map(({ path, methods }) => ({ pattern: patternOf(path), methods }));

  return async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.slice('/auth'.length);
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    if (methods.length === 0) return refuse('route_unknown');
    if (!methods.includes(request.method)) {
      return refuse('method_not_allowed', { headers: { Allow: [...new Set(methods)].join(', ') } });
    }
    const sessionToken = sessionTokenOf(request.headers, identity.sessionCookieName);
    if (
      sessionToken !== undefined &&
      !opensOrEndsSession(path) &&
      (await users.isInactiveSession(sessionToken))
    ) {
      return refuse('user_inactive');
    }
    const response = await identity.handle(forLibrary(request));
    if (path === '/sign-out' && response.ok) await assertSessionEnded(request, identity);
    return response.status < 400
      ? response
      : problemFor(response, { refuse, hasCredential: sessionToken !== undefined });
  };
}

/** The library logs a session that it could not delete, and takes the cookie away: whoever held it would think it ended. */
async function assertSessionEnded({ headers }: Request, identity: IdentityLibrary): Promise<void> {
  const { session } = await identity.findSession(headers);
  if (session !== undefined) throw new Error('the session outlived the sign-out');
}

/** A deactivated user's cookie must not stand in the way of signing out, or in as somebody else. */
function opensOrEndsSession(path: string): boolean {
  return path.startsWith('/sign-') || path.startsWith('/one-time-token/');
}

function forLibrary(request: Request): Request {
  const headers = new Headers(request.headers);
  // Node's fetch sends `Sec-Fetch-Mode` alone, and the library would take it for a browser that hides its Origin.
  // Browsers send `Sec-Fetch-Site` along with it, always.
  if (!headers.has('sec-fetch-site')) headers.delete('sec-fetch-mode');
  return new Request(request, { headers });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`);
}

async function problemFor(
  response: Response,
  { refuse, hasCredential }: { refuse: Refuse; hasCredential: boolean },
): Promise<Response> {
  const { code: authCode, message } = await errorBody(response);
  const retryAfterS = Number(response.headers.get('x-retry-after'));
  const problem = refuse(reasonOf({ status: response.status, authCode, hasCredential }), {
    authCode,
    // What went wrong inside is for the log.
    detail: response.status < 500 ? message : undefined,
    retryAfterMs: retryAfterS > 0 ? retryAfterS * 1000 : undefined,
  });
  for (const cookie of response.headers.getSetCookie()) problem.headers.append('set-cookie', cookie);
  return problem;
}

async function errorBody(
  response: Response,
): Promise<{ code: string | undefined; message: string | undefined }> {
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return { code: undefined, message: undefined };
    const text = (name: string) => {
      const value: unknown = Reflect.get(body, name);
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    return { code: text('code'), message: text('message') };
  } catch {
    // No body, or not JSON: the status says it all.
    return { code: undefined, message: undefined };
  }
}

const REASON_OF_AUTH_CODE: Readonly<Record<string, ReasonCode>> = {
  [USER_INACTIVE]: 'user_inactive',
  INVALID_ORIGIN: 'origin_not_allowed',
  MISSING_OR_NULL_ORIGIN: 'origin_not_allowed',
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: 'origin_not_allowed',
  INVALID_CALLBACK_URL: 'request_malformed',
  INVALID_REDIRECT_URL: 'request_malformed',
  INVALID_ERROR_CALLBACK_URL: 'request_malformed',
  INVALID_NEW_USER_CALLBACK_URL: 'request_malformed',
};

const REASON_OF_STATUS: Readonly<Record<number, ReasonCode>> = {
  403: 'permission_missing',
  404: 'route_unknown',
  405: 'method_not_allowed',
  413: 'body_too_large',
  429: 'rate_limited',
};

interface LibraryError {
  status: number;
  authCode: string | undefined;
  hasCredential: boolean;
}

/** The nearest of our reasons. A wrong password is `credential_missing`: no credential that counts. */
function reasonOf({ status, authCode, hasCredential }: LibraryError): ReasonCode {
  const known = authCode === undefined ? undefined : REASON_OF_AUTH_CODE[authCode];
  if (known !== undefined) return known;
  if (status >= 500) return 'internal_error';
  if (status === 401) {
    const isAboutSession = authCode === undefined || authCode === 'UNAUTHORIZED';
    return isAboutSession && hasCredential ? 'session_ended' : 'credential_missing';
  }
  return REASON_OF_STATUS[status] ?? 'request_malformed';
}
