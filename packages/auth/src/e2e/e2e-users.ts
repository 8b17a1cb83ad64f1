import { AppError, type Environment } from '@netra/service';
import type { Pool, PoolClient } from 'pg';
import type { AuditLog } from '../audit/audit-log.ts';
import { type DirectoryEntry, entryOf } from '../directory/users.ts';
import type { Revocation, Revocations } from '../revocations/revocations.ts';
import { inTransaction } from '../transaction.ts';

const DEFAULT_E2E_USERS = ['staging-e2e-user-001', 'staging-e2e-user-002', 'staging-e2e-user-003'] as const;

export interface SeededUser {
  userId: string;
  outcome: 'created' | 'reactivated' | 'unchanged';
}

export interface E2eUsers {
  /**
   * Makes users of these ids for end-to-end tests, or brings them back to how they must be: active, a plain user. Errors:
   * `e2e_in_production`, `e2e_user_name_invalid`, `user_exists` when an id belongs to somebody who is no test user.
   */
  seed(names?: readonly string[]): Promise<SeededUser[]>;
  /** A test user by id, or the first one. Anybody else is `undefined`. */
  find(userId: string | undefined): Promise<DirectoryEntry | undefined>;
}

export interface E2eUsersOptions {
  pool: Pool;
  environment: Environment;
  revocations: Revocations;
  audit: AuditLog;
  now: () => number;
}

interface UserRow {
  id: string;
  email: string;
  name: string;
  active: boolean;
  role: string;
  is_e2e: boolean;
}

const SELECT = `select u.id, u.email, u.name, u.active, u.role, e.user_id is not null as is_e2e
  from "user" u left join e2e_users e on e.user_id = u.id`;

export function createE2eUsers(options: E2eUsersOptions): E2eUsers {
  const { pool, environment, revocations, audit, now } = options;
  return {
    async seed(names = DEFAULT_E2E_USERS) {
      if (environment === 'production')
        throw new AppError('e2e_in_production', 'Production has no users for end-to-end tests.', {
          fix: 'Run this with ENVIRONMENT=staging or ENVIRONMENT=development.',
        });
      const invalid = names.find((name) => !/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name));
      if (invalid !== undefined)
        throw new AppError('e2e_user_name_invalid', `${invalid} cannot be the id of a test user.`, {
          fix: 'Use lower-case letters, digits, dots, dashes and underscores, at most 63.',
        });
      const ended: Revocation[] = [];
      const seeded = await inTransaction(pool, async (client) => {
        await client.query(`select pg_advisory_xact_lock(hashtext('netra.auth'), hashtext('e2e_users'))`);
        const outcomes: SeededUser[] = [];
        for (const name of new Set(names)) outcomes.push(await seedOne(client, { name, at: now(), ended }));
        if (ended.length > 0) await revocations.addWithin(client, ...ended);
        return outcomes;
      });
      if (ended.length > 0) await revocations.refresh();
      const userIds = seeded.filter(({ outcome }) => outcome !== 'unchanged').map(({ userId }) => userId);
      if (userIds.length > 0)
        await audit.record({
          action: 'e2e_users_seeded',
          actor: { kind: 'system' },
          details: { user_ids: userIds },
        });
      return seeded;
    },

    async find(userId) {
      const { rows } = await pool.query<UserRow>(
        `${SELECT} where e.user_id is not null and ($1::text is null or u.id = $1) order by u.id limit 1`,
        [userId ?? null],
      );
      return rows[0] && entryOf(rows[0]);
    },
  };
}

async function seedOne(
  client: PoolClient,
  { name, at, ended }: { name: string; at: number; ended: Revocation[] },
): Promise<SeededUser> {
  const { rows } = await client.query<UserRow>(`${SELECT} where u.id = $1 for update of u`, [name]);
  const known = rows[0];
  if (known === undefined) {
    await client.query(
      `insert into "user" (id, name, email, "emailVerified", role, active, "createdAt", "updatedAt")
       values ($1, $1, $2, true, 'user', true, $3, $3)`,
      [name, `${name}@e2e.invalid`, new Date(at)],
    );
    await client.query('insert into e2e_users (user_id) values ($1)', [name]);
    return { userId: name, outcome: 'created' };
  }
  if (!known.is_e2e)
    throw new AppError('user_exists', `${name} is the id of somebody who is no test user.`, {
      fix: 'Choose another name.',
    });
  if (known.active && known.role === 'user') return { userId: name, outcome: 'unchanged' };
  await client.query(`update "user" set active = true, role = 'user', "updatedAt" = $2 where id = $1`, [
    name,
    new Date(at),
  ]);
  if (known.role !== 'user') ended.push({ kind: 'user', code: 'permissions_changed', userId: name });
  return { userId: name, outcome: 'reactivated' };
}
