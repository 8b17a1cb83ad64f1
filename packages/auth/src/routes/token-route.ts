import { API_KEY_PREFIX } from '@netra/protocol';
import type { ApiKeys } from '../api-keys/api-keys.ts';
import { rolesOf } from '../directory/users.ts';
import type { AccessTokens } from '../keys/access-tokens.ts';
import { bearerOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';
import { type createSignedIn, withCookies } from './signed-in.ts';
import { tokenResponse } from './token-response.ts';

export interface TokenRouteOptions {
  signedIn: ReturnType<typeof createSignedIn>;
  apiKeys: ApiKeys;
  tokens: AccessTokens;
  refuse: Refuse;
}

/** `POST /auth/token`: an access token for a session or an API key. */
export function tokenRoute({ signedIn, apiKeys, tokens, refuse }: TokenRouteOptions) {
  async function forApiKey(apiKey: string): Promise<Response> {
    const use = await apiKeys.use(apiKey);
    if (use === undefined)
      return refuse('session_ended', { detail: 'The API key is unknown, has expired or was revoked.' });
    const { user, keyId, roles, permissions } = use;
    if (!user.active) return refuse('user_inactive');
    return tokenResponse(tokens, { ...user, sessionId: keyId, roles, permissions });
  }

  return async (request: Request): Promise<Response> => {
    const bearer = bearerOf(request.headers);
    if (bearer?.startsWith(API_KEY_PREFIX)) return forApiKey(bearer);
    const caller = await signedIn(request);
    if (!caller.ok) return caller.response;
    const { session, cookies } = caller;
    return withCookies(await tokenResponse(tokens, { ...session, roles: rolesOf(session.role) }), cookies);
  };
}
