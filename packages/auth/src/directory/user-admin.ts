import type { Role } from '@netra/protocol';
import { AppError } from '@netra/service';
import type { Pool, PoolClient } from 'pg';
import type { AuditActor, AuditLog } from '../audit/audit-log.ts';
import type { Revocation, Revocations } from '../revocations/revocations.ts';
import { inTransaction } from '../transaction.ts';
import { type DirectoryEntry, entryOf, rolesOf, storedRole } from './users.ts';

export interface ListedUser extends DirectoryEntry {
  createdAt: Date;
  isE2e: boolean;
  /** Of a user whom another issuer vouches for. */
  issuer?: string;
}

/** What operators and the command line do to users. A user is named by id or e-mail address; errors: `user_unknown`. */
export interface UserAdmin {
  /** By e-mail address; `after` is the last one seen. */
  list(options?: { after?: string; limit?: number }): Promise<ListedUser[]>;
  /** Ends all sessions; tokens and connections end at once. */
  deactivate(user: string, actor?: AuditActor): Promise<void>;
  reactivate(user: string, actor?: AuditActor): Promise<void>;
  /** Connections made by the old roles end, and open again by the new ones. Errors: `e2e_user_restricted`, `roles_of_issuer`. */
  setRoles(user: string, roles: readonly Role[], actor?: AuditActor): Promise<void>;
  resolve(user: string): Promise<string>;
}

export interface UserAdminOptions {
  pool: Pool;
  revocations: Revocations;
  audit: AuditLog;
}

interface AdminRow {
  id: string;
  email: string;
  name: string;
  active: boolean;
  role: string;
  createdAt: Date;
  is_e2e: boolean;
  issuer: string | null;
}

const SYSTEM: AuditActor = { kind: 'system' };

export function createUserAdmin({ pool, revocations, audit }: UserAdminOptions): UserAdmin {
  /** Runs in one transaction with what it revokes; `undefined` means that nothing changed. */
  async function change(
    user: string,
    work: (client: PoolClient, found: LockedUser) => Promise<Revocation[] | undefined>,
  ): Promise<string | undefined> {
    const changed = await inTransaction(pool, async (client) => {
      const found = await lockUser(client, user);
      const ended = await work(client, found);
      if (ended !== undefined && ended.length > 0) await revocations.addWithin(client, ...ended);
      return ended && { userId: found.id, hasEnded: ended.length > 0 };
    });
    if (changed?.hasEnded) await revocations.refresh();
    return changed?.userId;
  }

  return {
    async list({ after = '', limit = 100 } = {}) {
      const { rows } = await pool.query<AdminRow>(
        `select u.id, u.email, u.name, u.active, u.role, u."createdAt", x.issuer, e.user_id is not null as is_e2e
           from "user" u left join e2e_users e on e.user_id = u.id left join external_users x on x.user_id = u.id
          where u.email > $1 order by u.email limit $2`,
        [after, limit],
      );
      return rows.map((row) => ({
        ...entryOf(row),
        createdAt: row.createdAt,
        isE2e: row.is_e2e,
        ...(row.issuer !== null && { issuer: row.issuer }),
      }));
    },

    async deactivate(user, actor = SYSTEM) {
      const userId = await change(user, async (client, { id, issuer }) => {
        await client.query('update "user" set active = false, "updatedAt" = now() where id = $1', [id]);
        await client.query('delete from session where "userId" = $1', [id]);
        return [{ kind: 'user', code: 'user_inactive', userId: id, ...issuer }];
      });
      await audit.record({ action: 'user_deactivated', actor, userId });
    },

    async reactivate(user, actor = SYSTEM) {
      const userId = await change(user, async (client, { id }) => {
        await client.query('update "user" set active = true, "updatedAt" = now() where id = $1', [id]);
        return [];
      });
      await audit.record({ action: 'user_reactivated', actor, userId });
    },

    async setRoles(user, roles, actor = SYSTEM) {
      const role = storedRole(roles);
      const userId = await change(user, async (client, { id, issuer, role: before, isE2e }) => {
        if (before === role) return undefined;
        if (issuer.issuer !== undefined)
          throw new AppError(
            'roles_of_issuer',
            'The roles of a user of another issuer are what its mapping says.',
            {
              fix: 'Change the roles there, or `roles` of that issuer in TRUSTED_ISSUERS.',
            },
          );
        if (isE2e && role === 'operator')
          throw new AppError('e2e_user_restricted', 'A user for end-to-end tests is never an operator.');
        await client.query('update "user" set role = $2, "updatedAt" = now() where id = $1', [id, role]);
        return [{ kind: 'user', code: 'permissions_changed', userId: id, ...issuer }];
      });
      if (userId !== undefined)
        await audit.record({ action: 'roles_changed', actor, userId, details: { roles: rolesOf(role) } });
    },

    async resolve(user) {
      const { rows } = await pool.query<{ id: string }>(FIND, [user]);
      return rows[0]?.id ?? unknownUser(user);
    },
  };
}

interface LockedUser {
  id: string;
  role: string;
  isE2e: boolean;
  /** Empty for a user of our own. */
  issuer: { issuer?: string };
}

const FIND = 'select id, role from "user" where id = $1 or email = lower($1) order by id = $1 desc limit 1';

async function lockUser(client: PoolClient, user: string): Promise<LockedUser> {
  const { rows } = await client.query<{ id: string; role: string }>(`${FIND} for update`, [user]);
  const { id, role } = rows[0] ?? unknownUser(user);
  const { rows: special } = await client.query<{ is_e2e: boolean; issuer: string | null }>(
    `select exists (select 1 from e2e_users where user_id = $1) as is_e2e,
            (select issuer from external_users where user_id = $1) as issuer`,
    [id],
  );
  const { is_e2e: isE2e = false, issuer } = special[0] ?? {};
  return { id, role, isE2e, issuer: issuer ? { issuer } : {} };
}

function unknownUser(user: string): never {
  throw new AppError('user_unknown', `There is no user ${user} in this auth service's database.`, {
    fix: 'Run `netra users list`, and check that DATABASE_URL names the database that you mean.',
  });
}
