import { ROLES, type Role } from '@netra/protocol';
import type { Pool } from 'pg';

interface DirectoryEntry {
  userId: string;
  email: string;
  name: string;
  active: boolean;
  roles: Role[];
}

/** What became of a session and its user since a token was made. */
type SessionState = 'live' | 'session_ended' | 'user_unknown' | 'user_inactive';

/** Reads the identity library's tables; every write goes through the library. */
export interface Users {
  find(userId: string): Promise<DirectoryEntry | undefined>;
  sessionState(session: { userId: string; sessionId: string }): Promise<SessionState>;
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
  return {
    async find(userId) {
      const { rows } = await pool.query<UserRow>(
        'select id, email, name, active, role from "user" where id = $1',
        [userId],
      );
      const row = rows[0];
      if (row === undefined) return undefined;
      const { id, email, name, active, role } = row;
      return { userId: id, email, name, active, roles: rolesOf(role) };
    },

    async sessionState({ userId, sessionId }) {
      const { rows } = await pool.query<{ active: boolean; session: string | null }>(
        `select u.active, s.id as session from "user" u
           left join session s on s."userId" = u.id and s.id = $2 and s."expiresAt" > now()
          where u.id = $1`,
        [userId, sessionId],
      );
      const row = rows[0];
      if (row === undefined) return 'user_unknown';
      if (!row.active) return 'user_inactive';
      return row.session === null ? 'session_ended' : 'live';
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

/** The column holds one role; a value that this version does not know grants nothing. */
export function rolesOf(role: unknown): Role[] {
  return ROLES.filter((known) => known === role);
}

/** The strongest of several roles, as the column stores it. */
export function storedRole(roles: readonly Role[]): Role {
  return roles.includes('operator') ? 'operator' : 'user';
}
