import { permissionsOf, type TokenResponse } from '@netra/protocol';
import { rolesOf } from '../directory/users.ts';
import type { IdentityLibrary } from '../identity/identity.ts';
import type { AccessTokens } from '../keys/access-tokens.ts';
import { bearerOf, sessionTokenOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';

export interface TokenRouteOptions {
  identity: IdentityLibrary;
  tokens: AccessTokens;
  isTrustedOrigin: (origin: string | null) => boolean;
  refuse: Refuse;
}

/** `POST /auth/token`: an access token for a session. */
export function tokenRoute({ identity, tokens, isTrustedOrigin, refuse }: TokenRouteOptions) {
  return async (request: Request): Promise<Response> => {
    const headers = new Headers(request.headers);
    if (sessionTokenOf(headers, identity.sessionCookieName) === undefined)
      return refuse('credential_missing');
    if (bearerOf(headers) !== undefined) {
      // A bad bearer token must not fall back to a cookie, which a foreign page could make the browser send.
      headers.delete('cookie');
    } else if (!isTrustedOrigin(headers.get('origin'))) {
      return refuse('origin_not_allowed', {
        detail: 'A session cookie counts only from a page of this product.',
      });
    }
    const { session, cookies } = await identity.findSession(headers);
    if (session === undefined) return refuse('session_ended');
    if (!session.active) return refuse('user_inactive');

    const { sessionId, userId, email, name } = session;
    const roles = rolesOf(session.role);
    const { token, expiresInS, expiresAtMs } = await tokens.forUser({ userId, sessionId, roles });
    const body: TokenResponse = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: expiresInS,
      token_expires_at: new Date(expiresAtMs).toISOString(),
      user: { user_id: userId, email, name, roles, permissions: permissionsOf(roles) },
    };
    const response = Response.json(body);
    for (const cookie of cookies) response.headers.append('set-cookie', cookie);
    return response;
  };
}
