import type { ValidateResponse } from '@netra/protocol';
import type { Identity, Verifier } from '@netra/token';
import type { Users } from '../directory/users.ts';
import { bearerOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';

/** `GET·POST /auth/validate`: the verdict of the one verifier, and whether session and user are still there. */
export function validateRoute({
  verifier,
  publicUrl,
  users,
  refuse,
}: {
  /** Of every trusted issuer: what the gateway accepts is valid here. */
  verifier: Verifier;
  /** The issuer of the tokens that have a session here. */
  publicUrl: string;
  users: Users;
  refuse: Refuse;
}) {
  const stateOf = (identity: Identity) =>
    identity.issuer === publicUrl ? users.sessionState(identity) : users.externalState(identity);

  return async (request: Request): Promise<Response> => {
    const token = bearerOf(request.headers);
    if (token === undefined) return refuse('credential_missing');
    const verdict = await verifier.verify(token);
    if (!verdict.ok) return refuse(verdict.refusal.code, verdict.refusal);
    const { identity } = verdict;
    const state = await stateOf(identity);
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
