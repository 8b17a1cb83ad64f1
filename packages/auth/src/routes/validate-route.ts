import type { ValidateResponse } from '@netra/protocol';
import type { Verifier } from '@netra/token';
import type { Users } from '../directory/users.ts';
import { bearerOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';

/** `GET·POST /auth/validate`: the verdict of the one verifier, and whether session and user are still there. */
export function validateRoute({
  verifier,
  users,
  refuse,
}: {
  verifier: Verifier;
  users: Users;
  refuse: Refuse;
}) {
  return async (request: Request): Promise<Response> => {
    const token = bearerOf(request.headers);
    if (token === undefined) return refuse('credential_missing');
    const verdict = await verifier.verify(token);
    if (!verdict.ok) return refuse(verdict.refusal.code, verdict.refusal);
    const { identity } = verdict;
    const state = await users.sessionState(identity);
    if (state !== 'live') return refuse(state);
    const body: ValidateResponse = {
      valid: true,
      user_id: identity.userId,
      session_id: identity.sessionId,
      roles: [...identity.roles],
      permissions: [...identity.permissions],
      token_expires_at: new Date(identity.expiresAtMs).toISOString(),
      environment: identity.environment,
    };
    return Response.json(body);
  };
}
