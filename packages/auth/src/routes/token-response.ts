import { permissionsOf, type TokenResponse } from '@netra/protocol';
import type { DirectoryEntry } from '../directory/users.ts';
import type { AccessTokens, TokenUser } from '../keys/access-tokens.ts';

/** Signs a token and answers it as `POST /auth/token` does. */
export async function tokenResponse(
  tokens: AccessTokens,
  user: Pick<DirectoryEntry, 'email' | 'name'> & TokenUser,
): Promise<Response> {
  const { userId, email, name, roles, permissions = permissionsOf(roles) } = user;
  const { token, expiresInS, expiresAtMs } = await tokens.forUser(user);
  const body: TokenResponse = {
    access_token: token,
    token_type: 'Bearer',
    expires_in: expiresInS,
    token_expires_at: new Date(expiresAtMs).toISOString(),
    user: { user_id: userId, email, name, roles: [...roles], permissions: [...permissions] },
  };
  return Response.json(body);
}
