import { type Permission, permissionsOf } from '@netra/protocol';
import type { Identity, Verifier } from '@netra/token';
import type { Users } from '../directory/users.ts';
import { bearerOf } from './credentials.ts';
import type { Refuse } from './refuse.ts';

type Authorized = { ok: true; identity: Identity } | { ok: false; response: Response };

/** Judges the access token of a request, and whether its session and user are still there and have the permission. */
export type Authorize = (request: Request, permission?: Permission) => Promise<Authorized>;

export function createAuthorize({
  verifier,
  users,
  refuse,
}: {
  verifier: Verifier;
  users: Users;
  refuse: Refuse;
}): Authorize {
  /** By the token and by the role of this moment: a token may be a moment older than the loss of a role. */
  async function hasPermission(identity: Identity, permission: Permission): Promise<boolean> {
    if (!identity.permissions.includes(permission)) return false;
    const user = await users.find(identity.userId);
    return user !== undefined && permissionsOf(user.roles).includes(permission);
  }

  return async (request, permission) => {
    const token = bearerOf(request.headers);
    if (token === undefined) return { ok: false, response: refuse('credential_missing') };
    const verdict = await verifier.verify(token);
    if (!verdict.ok) return { ok: false, response: refuse(verdict.refusal.code, verdict.refusal) };
    const { identity } = verdict;
    const state = await users.sessionState(identity);
    if (state !== 'live') return { ok: false, response: refuse(state) };
    if (permission !== undefined && !(await hasPermission(identity, permission))) {
      return {
        ok: false,
        response: refuse('permission_missing', { detail: `This needs the permission ${permission}.` }),
      };
    }
    return { ok: true, identity };
  };
}
