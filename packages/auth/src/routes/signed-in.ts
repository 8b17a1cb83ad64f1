import type { IdentityLibrary, LiveSession } from '../identity/identity.ts';
import { bearerOf, sessionTokenOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';

export type SignedIn =
  /** `cookies` are to be set on the answer: the session was prolonged. */
  { ok: true; session: LiveSession; cookies: string[] } | { ok: false; response: Response };

export interface SignedInOptions {
  identity: IdentityLibrary;
  isTrustedOrigin: (origin: string | null) => boolean;
  refuse: Refuse;
}

/** Finds the session behind a request: by cookie, only from a page of this product, or by bearer session token. */
export function createSignedIn({ identity, isTrustedOrigin, refuse }: SignedInOptions) {
  const refused = (...args: Parameters<Refuse>): SignedIn => ({ ok: false, response: refuse(...args) });

  /** Browsers send no `Origin` when a page reads from its own; a foreign page cannot read what it is answered. */
  function isAllowed({ method, headers }: Request): boolean {
    const origin = headers.get('origin');
    return isTrustedOrigin(origin) || (method === 'GET' && origin === null);
  }

  return async (request: Request): Promise<SignedIn> => {
    const headers = new Headers(request.headers);
    if (sessionTokenOf(headers, identity.sessionCookieName) === undefined)
      return refused('credential_missing');
    if (bearerOf(headers) !== undefined) {
      // A bad bearer token must not fall back to a cookie, which a foreign page could make the browser send.
      headers.delete('cookie');
    } else if (!isAllowed(request)) {
      return refused('origin_not_allowed', {
        detail: 'A session cookie counts only from a page of this product.',
      });
    }
    const { session, cookies } = await identity.findSession(headers);
    if (session === undefined) return refused('session_ended');
    if (!session.active) return refused('user_inactive');
    return { ok: true, session, cookies };
  };
}

export function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
}
