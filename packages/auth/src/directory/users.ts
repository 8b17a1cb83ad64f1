import { ROLES, type Role } from '@netra/protocol';
import type { Identity } from '@netra/token';
import type { Pool } from 'pg';

export interface DirectoryEntry {
  userId: string;
  email: string;
  name: string;
  active: boolean;
  roles: Role[];
}

/** What became of a session and its user since a token was made. */
type SessionState = 'live' | 'session_ended' | 'user_unknown' | 'user_inactive';

/** Reads the identity library's tables. */
export interface Users {
  find(userId: string): Promise<DirectoryEntry | undefined>;
  /** `sessionId` is the `sid` of a token: of a session, an API key or a test sign-in. */
  sessionState(session: {
    userId: string;
    sessionId: string;
    tokenKind: 'user' | 'e2e';
  }): Promise<SessionState>;
  /** The same of a user of another trusted issuer, who has no session here, and maybe no account yet. */
  externalState(user: Pick<Identity, 'userId' | 'provisioning'>): Promise<SessionState>;
  /** Whether this session token belongs to a user who was deactivated. */
  isInactiveSession(sessionToken: string): Promise<boolean>;
}

interface UserRow {
  id: string;
  email: string;
  name: string;
  active: boolean;
  role: string;
}

export function createUsers(pool: Pool): Users {
  async function find(userId: string): Promise<DirectoryEntry | undefined> {
    const { rows } = await pool.query<UserRow>(
      'select id, email, name, active, role from "user" where id = $1',
      [userId],
    );
    return rows[0] && entryOf(rows[0]);
  }

  return {
    find,

    async externalState({ userId, provisioning }) {
      const user = await find(userId);
      // The first door that lets such a user in makes the account; asking about a token makes none.
      if (user === undefined) return provisioning === 'just-in-time' ? 'live' : 'user_unknown';
      return user.active ? 'live' : 'user_inactive';
    },

    async sessionState({ userId, sessionId, tokenKind }) {
      const { rows } = await pool.query<{ active: boolean; is_live: boolean }>(
        `select u.active, case when $3 = 'e2e'
             then exists (select 1 from e2e_users e where e.user_id = u.id)
             else exists (select 1 from session s
                           where s."userId" = u.id and s.id = $2 and s."expiresAt" > now())
               or exists (select 1 from api_keys k
                           where k.user_id = u.id and k.key_id = $2 and k.revoked_at is null)
             end as is_live
           from "user" u where u.id = $1`,
        [userId, sessionId, tokenKind],
      );
      const row = rows[0];
      if (row === undefined) return 'user_unknown';
      if (!row.active) return 'user_inactive';
      return row.is_live ? 'live' : 'session_ended';
    },

    async isInactiveSession(sessionToken) {
      const { rows } = await pool.query(
        `select 1 from session s join "user" u on u.id = s."userId" where s.token = $1 and not u.active`,
        [sessionToken],
      );
      return rows.length > 0;
    },
  };
}

export function entryOf({ id, email, name, active, role }: UserRow): DirectoryEntry {
  return { userId: id, email, name, active, roles: rolesOf(role) };
}

/** The column holds one role; a value that this version does not know grants nothing. */
export function rolesOf(role: unknown): Role[] {
  return ROLES.filter((known) => known === role);
}

/** The strongest of several roles, as the column stores it. */
export function storedRole(roles: readonly Role[]): Role {
  return roles.includes('operator') ? 'operator' : 'user';
}
