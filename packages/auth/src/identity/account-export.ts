import type { Pool } from 'pg';
import type { AuditEntry, AuditLog } from '../audit/audit-log.ts';

/** Everything that this service keeps about one user, without what would let somebody act as them. */
export interface AccountExport {
  user: object | undefined;
  sessions: object[];
  accounts: object[];
  passkeys: object[];
  events: AuditEntry[];
}

const MAX_EVENTS = 10_000;

// Column by column: a secret that a later version adds must not get in by itself.
const TABLES = {
  user: `select id as user_id, name, email, "emailVerified" as email_verified, image, role, active,
                "twoFactorEnabled" as two_factor_enabled, "createdAt" as created_at, "updatedAt" as updated_at
           from "user" where id = $1`,
  sessions: `select id as session_id, "createdAt" as created_at, "updatedAt" as updated_at, "expiresAt" as expires_at,
                    "ipAddress" as client_address, "userAgent" as user_agent
               from session where "userId" = $1 order by "createdAt"`,
  accounts: `select "providerId" as provider, "accountId" as account_id, scope, "createdAt" as created_at
               from account where "userId" = $1 order by "createdAt"`,
  passkeys: `select id as passkey_id, name, "deviceType" as device_type, "backedUp" as backed_up, "createdAt" as created_at
               from passkey where "userId" = $1 order by "createdAt"`,
} as const;

export async function exportAccount(
  userId: string,
  { pool, audit }: { pool: Pool; audit: AuditLog },
): Promise<AccountExport> {
  const [user, sessions, accounts, passkeys, events] = await Promise.all([
    rowsOf(pool, TABLES.user, userId),
    rowsOf(pool, TABLES.sessions, userId),
    rowsOf(pool, TABLES.accounts, userId),
    rowsOf(pool, TABLES.passkeys, userId),
    audit.list({ userId, limit: MAX_EVENTS }),
  ]);
  return { user: user[0], sessions, accounts, passkeys, events };
}

async function rowsOf(pool: Pool, sql: string, userId: string): Promise<object[]> {
  const { rows } = await pool.query<object>(sql, [userId]);
  return rows;
}
